# SPDX-License-Identifier: Apache-2.0
"""Makes the machine, powered off."""

from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("create_machine", makes=True)
def create_machine(task: Task) -> Facts:
    """Image, disks, definition."""
    task.call("define", task.work.machine, task.progress)
    return {"power_state": task.driver.power_state(task.uuid)}
