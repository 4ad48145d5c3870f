# SPDX-License-Identifier: Apache-2.0
"""Makes a guest that is off another size where it is; its old size can be had back."""

from nova_cells.cell.compute.drivers.interface import Resizable
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step
from nova_cells.cell.compute.steps.telling import told


@host_step("resize_machine", needs=Resizable, connects=True)
def resize_machine(task: Task) -> Facts:
    task.call("resize", told(task), task.progress)
    return {}
