# SPDX-License-Identifier: Apache-2.0
"""Makes the machine, powered off."""

from nova_cells.cell.compute.steps.registry import Facts, Task, host_step
from nova_cells.cell.compute.steps.telling import told


@host_step("create_machine", makes=True, connects=True)
def create_machine(task: Task) -> Facts:
    """Image, disks, definition."""
    task.call("define", told(task), task.progress)
    return {"power_state": task.driver.power_state(task.uuid)}
