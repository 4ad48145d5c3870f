# SPDX-License-Identifier: Apache-2.0
"""Restarts the guest, softly or hard.

A soft one of a driver that can ask is the same asking as for a stop, so that a hard one, or a
delete, need not wait for its end.
"""

from nova_cells.cell.compute.drivers.interface import GracefulStop
from nova_cells.cell.compute.steps.asking import ask_to_stop
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step


@host_step("reboot", connects=True)
def reboot(task: Task) -> Facts:
    """The argument `type` is the public one: "SOFT" or "HARD"."""
    hard = task.work.arguments.get("type", "HARD") == "HARD"
    if not hard and isinstance(task.driver, GracefulStop):
        ask_to_stop(task)
        hard = True
    task.call("reboot", task.uuid, hard)
    return {"power_state": task.driver.power_state(task.uuid)}
