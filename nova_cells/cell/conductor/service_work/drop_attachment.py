# SPDX-License-Identifier: Apache-2.0
"""Lets go of the one volume an operation is about: it is free for others from then on."""

from __future__ import annotations

from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask
from nova_cells.cell.conductor.service_work.volume_connecting import drop


@service_work("drop_attachment")
def drop_attachment(task: ServiceTask) -> Facts:
    """Every attachment of it that the instance has; silent where there is none."""
    wanted = task.arguments["volume"]
    known = task.volumes.attachments_of(task.uuid)
    drop(task, [one for one in known if one["volume_id"] == wanted])
    return {}
