# SPDX-License-Identifier: Apache-2.0
"""Makes sure that the volume service waits for a snapshot which hosts are to take or to merge."""

from __future__ import annotations

from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask, WorkRefused
from nova_cells.clients.service_faults import NotThere

WAITS = {"take_volume_snapshot": "creating", "merge_volume_snapshot": "deleting"}
"""Kind → the status of a snapshot that such an operation is about."""


@service_work("expect_snapshot")
def expect_snapshot(task: ServiceTask) -> Facts:
    """Somebody who is not the service may ask, or ask for another volume's."""
    if not is_awaited(task):
        raise WorkRefused("The volume service waits for no such snapshot.")
    return {}


def is_awaited(task: ServiceTask) -> bool:
    try:
        found = task.volumes.snapshot(task.arguments["snapshot"])
    except NotThere:
        return False
    mine = found["volume_id"] == task.arguments["volume"]
    return mine and found["status"] == WAITS[task.kind]
