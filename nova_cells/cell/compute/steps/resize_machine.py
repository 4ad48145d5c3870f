# SPDX-License-Identifier: Apache-2.0
"""Makes a guest that is off another size where it is; its old size can be had back."""

from nova_cells.cell.compute.drivers.interface import Resizable
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("resize_machine", needs=Resizable)
def resize_machine(task: Task) -> Facts:
    task.call("resize", task.work.machine, task.progress)
    return {}
