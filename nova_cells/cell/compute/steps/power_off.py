# SPDX-License-Identifier: Apache-2.0
"""Stops the guest: asks it where the driver can, then pulls the plug.

The waiting is done in slices, so that a delete need not wait for a guest that does not listen.
"""

from __future__ import annotations

import time

from nova_cells.cell.compute.drivers.interface import GracefulStop, PowerState
from nova_cells.cell.compute.steps.registry import Facts, Task, host_step

SLICE = 5.0


@host_step("power_off")
def power_off(task: Task) -> Facts:
    """`shutdown_timeout` of the arguments, or of the configuration; 0 does not ask the guest."""
    if isinstance(task.driver, GracefulStop) and _runs(task):
        _ask(task, float(task.work.arguments.get("shutdown_timeout", task.shutdown_timeout)))
    task.call("set_power", task.uuid, False)
    return {"power_state": task.driver.power_state(task.uuid)}


def _runs(task: Task) -> bool:
    return task.driver.power_state(task.uuid) == PowerState.RUNNING


def _ask(task: Task, timeout: float) -> None:
    until = time.monotonic() + timeout
    while (left := until - time.monotonic()) > 0:
        if task.call("shut_down", task.uuid, min(SLICE, left)):
            return
        task.progress(0)
