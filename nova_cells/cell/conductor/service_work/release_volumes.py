# SPDX-License-Identifier: Apache-2.0
"""Lets go of all volumes of an instance that is gone, and deletes those that are to go with it."""

from __future__ import annotations

from functools import partial

from nova_cells.cell.conductor.service_work.at_once import at_once
from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, NotYet, ServiceTask
from nova_cells.cell.conductor.service_work.volume_connecting import PAUSE, drop, of_server
from nova_cells.clients.service_faults import InUse, NotThere


@service_work("release_volumes")
def release_volumes(task: ServiceTask) -> Facts:
    """All attachments there are, of whichever host; a volume only once it has none."""
    volumes = of_server(task)
    if task.around.volumes is None or (not volumes and not task.again):
        return {}
    drop(task, task.volumes.attachments_of(task.uuid))
    delete = [volume["id"] for volume in volumes if volume.get("delete_on_termination")]
    at_once(task, [partial(_delete, task, volume_id) for volume_id in delete])
    return {}


def _delete(task: ServiceTask, volume_id: str) -> None:
    task.ours()
    try:
        task.volumes.delete_volume(volume_id)
    except InUse:
        raise NotYet(PAUSE) from None  # the service is still taking it off its host
    except NotThere:
        return
