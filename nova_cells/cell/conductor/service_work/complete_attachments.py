# SPDX-License-Identifier: Apache-2.0
"""Tells the volume service that the guest uses what it was given: shown as in use from then on."""

from __future__ import annotations

from functools import partial

from nova_cells.cell.conductor.service_work.at_once import at_once
from nova_cells.cell.conductor.service_work.registry import service_work
from nova_cells.cell.conductor.service_work.task import Facts, ServiceTask
from nova_cells.cell.conductor.service_work.volume_connecting import of_server
from nova_cells.cell.conductor.volumes import THERE


@service_work("complete_attachments")
def complete_attachments(task: ServiceTask) -> Facts:
    """Twice is once."""

    def complete(attachment_id: str) -> None:
        task.ours()
        task.volumes.complete_attachment(attachment_id)

    there = task.arguments.get(THERE, {}).get(task.host, {})
    named = [there.get(one["id"]) or one.get("attachment_id") for one in of_server(task)]
    at_once(task, [partial(complete, one) for one in named if one])
    return {}
