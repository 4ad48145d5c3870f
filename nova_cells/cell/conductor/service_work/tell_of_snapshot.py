# SPDX-License-Identifier: Apache-2.0
"""Tells the volume service whether the host has done its part for a snapshot."""

from __future__ import annotations

from nova_cells.cell.conductor.service_work.expect_snapshot import WAITS, is_awaited
from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask

DONE, NOTHING = "90%", "0%"
"""The rest is the service's own: the first is the word it waits for."""

FAILED = {"creating": "error", "deleting": "error_deleting"}


@service_work("tell_of_snapshot")
def tell_of_snapshot(task: ServiceTask) -> Facts:
    """As an undo: that it has not. Nobody waits where it is gone, or was told before."""
    if not is_awaited(task):
        return {}
    status = WAITS[task.kind]
    task.ours()
    if task.undo:
        task.volumes.snapshot_is(task.arguments["snapshot"], FAILED[status], NOTHING)
    else:
        task.volumes.snapshot_is(task.arguments["snapshot"], status, DONE)
    return {}
