# SPDX-License-Identifier: Apache-2.0
"""Tells the volume service that the guest uses the one volume an operation is about."""

from __future__ import annotations

from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask
from nova_cells.cell.conductor.service_work.volume_connecting import of_server


@service_work("complete_attachment")
def complete_attachment(task: ServiceTask) -> Facts:
    """Twice is once."""
    for volume in of_server(task):
        if volume["id"] == task.arguments["volume"] and volume.get("attachment_id"):
            task.ours()
            task.volumes.complete_attachment(volume["attachment_id"])
    return {}
