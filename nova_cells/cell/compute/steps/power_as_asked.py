# SPDX-License-Identifier: Apache-2.0
"""Switches the guest on or off, as the argument `power` of its operation says."""

from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("power_as_asked", connects=True)
def power_as_asked(task: Task) -> Facts:
    """Nothing to do when it is so already."""
    task.call("set_power", task.uuid, bool(task.work.arguments.get("power", True)))
    return {"power_state": task.driver.power_state(task.uuid)}
