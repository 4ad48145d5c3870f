# SPDX-License-Identifier: Apache-2.0
"""Makes a guest of its new size of what the source has sent; it is off afterwards."""

from nova_cells.cell.compute.drivers.interface import Resizable
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step
from nova_cells.cell.compute.steps.telling import told


@host_step("take_over_machine", makes=True, needs=Resizable, connects=True)
def take_over_machine(task: Task) -> Facts:
    task.call("take_over", told(task))
    return {}
