# SPDX-License-Identifier: Apache-2.0
"""Holds the guest still."""

from nova_cells.cell.compute.drivers.interface import Pausable
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("pause_machine", needs=Pausable)
def pause_machine(task: Task) -> Facts:
    """Nothing to do when it is held already."""
    task.call("pause", task.uuid)
    return {"power_state": task.driver.power_state(task.uuid)}
