# SPDX-License-Identifier: Apache-2.0
"""Starts the guest."""

from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("power_on", connects=True)
def power_on(task: Task) -> Facts:
    """Nothing to do when it runs already."""
    task.call("set_power", task.uuid, True)
    return {"power_state": task.driver.power_state(task.uuid)}
