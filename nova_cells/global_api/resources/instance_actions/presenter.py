# SPDX-License-Identifier: Apache-2.0
"""Actions and their events as the newest version shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nova_cells.global_api.resources.servers.presenter import host_id
from nova_cells.global_api.times import precise
from nova_cells.objects import ActionEvent, ActionRecord

LIST = "action.list"
SHOW = "action.show"
EVENT = "action.event"


@dataclass(frozen=True)
class Sight:
    """What the caller may see of events: hosts and traces, and why one failed."""

    all: bool
    details: bool


def action(record: ActionRecord) -> dict[str, Any]:
    return {
        "action": record.action,
        "instance_uuid": record.instance_uuid,
        "request_id": record.request_id,
        "user_id": record.user_id,
        "project_id": record.project_id,
        "start_time": precise(record.start_time),
        "updated_at": precise(record.updated_at or record.start_time),
        "message": record.message,
    }


def event(found: ActionEvent, project_id: str, sight: Sight) -> dict[str, Any]:
    shown = {
        "event": found.event,
        "start_time": precise(found.start_time),
        "finish_time": precise(found.finish_time),
        "result": found.result,
        "hostId": host_id(project_id, found.host) if found.host else "",
    }
    if sight.all:
        shown["traceback"] = found.traceback
        shown["host"] = found.host
    if sight.details:
        shown["details"] = found.details
    return shown
