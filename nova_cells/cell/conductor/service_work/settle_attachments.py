# SPDX-License-Identifier: Apache-2.0
"""Leaves the volumes of an instance the attachments its head names, and no others.

Before it has arrived that undoes what was prepared elsewhere; afterwards it closes what it left.
"""

from __future__ import annotations

from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask
from nova_cells.cell.conductor.service_work.volume_connecting import drop, of_server


@service_work("settle_attachments")
def settle_attachments(task: ServiceTask) -> Facts:
    """Silent about what is gone."""
    volumes = {volume["id"]: volume.get("attachment_id") for volume in of_server(task)}
    known = task.volumes.attachments_of(task.uuid) if volumes else []
    left = [
        one
        for one in known
        if one["volume_id"] in volumes and one["id"] != volumes[one["volume_id"]]
    ]
    drop(task, left)
    return {}
