# SPDX-License-Identifier: Apache-2.0
"""Asks a guest to stop by itself, where its driver can; used by what stops or restarts one.

The waiting is done in slices, so that a delete need not wait for a guest that does not listen.
"""

from __future__ import annotations

import time

from nova_cells.cell.compute.drivers.interface import GracefulStop, PowerState
from nova_cells.cell.compute.steps.registry import Task

SLICE = 5.0


def ask_to_stop(task: Task) -> None:
    """For `shutdown_timeout` seconds of the arguments, or of the configuration; 0 is never."""
    if not isinstance(task.driver, GracefulStop):
        return
    if task.driver.power_state(task.uuid) != PowerState.RUNNING:
        return
    timeout = float(task.work.arguments.get("shutdown_timeout", task.shutdown_timeout))
    until = time.monotonic() + timeout
    while (left := until - time.monotonic()) > 0:
        if task.call("shut_down", task.uuid, min(SLICE, left)):
            return
        task.progress(0)
