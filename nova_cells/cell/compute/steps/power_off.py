# SPDX-License-Identifier: Apache-2.0
"""Stops the guest: asks it where the driver can, then pulls the plug."""

from nova_cells.cell.compute.steps.asking import ask_to_stop
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("power_off")
def power_off(task: Task) -> Facts:
    """Nothing to do when it is off already."""
    ask_to_stop(task)
    task.call("set_power", task.uuid, False)
    return {"power_state": task.driver.power_state(task.uuid)}
