# SPDX-License-Identifier: Apache-2.0
"""Puts the guest's memory away on its host."""

from nova_cells.cell.compute.drivers.interface import Suspendable
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("suspend_machine", needs=Suspendable)
def suspend_machine(task: Task) -> Facts:
    """Nothing to do when it is put away already."""
    task.call("suspend", task.uuid)
    return {"power_state": task.driver.power_state(task.uuid)}
