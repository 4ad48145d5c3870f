# SPDX-License-Identifier: Apache-2.0
"""Lets go of the volume that was to take another's place and does not."""

from __future__ import annotations

from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask
from nova_cells.cell.conductor.service_work.volume_connecting import MOVING, drop
from nova_cells.clients.service_faults import NotThere


@service_work("drop_new_volume")
def drop_new_volume(task: ServiceTask) -> Facts:
    """A service that moves a volume is told that it has come to nothing."""
    old, new = task.arguments["volume"], task.arguments["new"]["id"]
    known = task.volumes.attachments_of(task.uuid)
    drop(task, [one for one in known if one["volume_id"] == new])
    try:
        if task.volumes.volume(old).get("migration_status") in MOVING:
            task.ours()
            task.volumes.complete_migration(old, new, failed=True)
    except NotThere:
        pass  # nobody waits for it then
    return {}
