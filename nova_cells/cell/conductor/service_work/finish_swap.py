# SPDX-License-Identifier: Apache-2.0
"""Has the volume service see that a guest uses another volume in place of the one it had.

Where the service moves the volume itself it swaps both, and says which id is left.
"""

from __future__ import annotations

from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask
from nova_cells.cell.conductor.service_work.volume_connecting import MOVING, drop
from nova_cells.clients.service_faults import NotThere


@service_work("finish_swap")
def finish_swap(task: ServiceTask) -> Facts:
    """The fact `id`: what the volume is called from now on."""
    old, new = task.arguments["volume"], task.arguments["new"]
    task.ours()
    task.volumes.complete_attachment(new["attachment_id"])
    known = task.volumes.attachments_of(task.uuid)
    drop(task, [one for one in known if one["volume_id"] == old])
    return {"id": _settled(task, old, new["id"])}


def _settled(task: ServiceTask, old: str, new: str) -> str:
    try:
        moving = task.volumes.volume(old).get("migration_status") in MOVING
    except NotThere:
        return new
    if not moving:
        return new
    task.ours()
    return task.volumes.complete_migration(old, new, failed=False)
