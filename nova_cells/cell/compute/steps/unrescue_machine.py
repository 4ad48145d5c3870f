# SPDX-License-Identifier: Apache-2.0
"""Ends a rescue: the guest has its own disk again."""

from nova_cells.cell.compute.drivers.rescuing import Rescuable
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("unrescue_machine", needs=Rescuable, connects=True)
def unrescue_machine(task: Task) -> Facts:
    """It runs afterwards, unless the argument `power` says that it is to be off."""
    task.call("unrescue", task.work.machine)
    if task.work.arguments.get("power", True):
        task.call("set_power", task.uuid, True)
    return {"power_state": task.driver.power_state(task.uuid)}
