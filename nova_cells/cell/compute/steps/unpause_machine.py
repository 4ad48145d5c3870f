# SPDX-License-Identifier: Apache-2.0
"""Lets a guest go on that was held still."""

from nova_cells.cell.compute.drivers.interface import Pausable
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("unpause_machine", needs=Pausable)
def unpause_machine(task: Task) -> Facts:
    """Nothing to do when it runs already."""
    task.call("unpause", task.uuid)
    return {"power_state": task.driver.power_state(task.uuid)}
