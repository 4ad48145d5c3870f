# SPDX-License-Identifier: Apache-2.0
"""Takes from the volume service what it has for an instance and the instance knows nothing of."""

from __future__ import annotations

from nova_cells.cell.conductor.service_work.registry import sweeper
from nova_cells.cell.conductor.service_work.task import ServiceTask
from nova_cells.cell.conductor.service_work.volume_connecting import drop, of_server
from nova_cells.cell.conductor.transitions import RESIZED


@sweeper
def sweep_volumes(task: ServiceTask) -> None:
    """One that an API process has just reserved is made anew by the operation that comes for it.

    Of a server that another cell may have by now nothing is taken.
    """
    if task.around.volumes is None or task.head is None:
        return
    if task.head["vm_state"] == RESIZED:
        return  # until its owner has said where it is to be, it has them on both hosts
    gone = bool(task.head.get("deleted_at"))
    named = set() if gone else {volume.get("attachment_id") for volume in of_server(task)}
    known = task.volumes.attachments_of(task.uuid)
    drop(task, [one for one in known if one["id"] not in named])
    if gone:
        for volume in of_server(task):
            if volume.get("delete_on_termination"):
                task.ours()
                task.volumes.delete_volume(volume["id"])
