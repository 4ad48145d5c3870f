# SPDX-License-Identifier: Apache-2.0
"""Restarts the guest, softly or hard."""

from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("reboot")
def reboot(task: Task) -> Facts:
    """The argument `type` is the public one: "SOFT" or "HARD"."""
    task.call("reboot", task.uuid, task.work.arguments.get("type", "HARD") == "HARD")
    return {"power_state": task.driver.power_state(task.uuid)}
