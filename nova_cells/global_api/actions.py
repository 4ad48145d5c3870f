# SPDX-License-Identifier: Apache-2.0
"""What the global side itself has done to a server: the actions of one that no cell has."""

from __future__ import annotations

from sqlalchemy import Connection, select

from nova_cells.global_api.db.tables.build_requests import build_requests
from nova_cells.global_api.router.endings import AMEND, ROUTING, STORE
from nova_cells.journal.record import Record
from nova_cells.objects import ActionEvent, ActionRecord
from nova_cells.runtime.db import Database

_PUBLIC = {"create": "conductor_schedule_and_build_instances", "delete": "api_delete_instance"}


class OwnActions:
    """A projection of build requests and of the global journal."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, uuid: str) -> list[ActionRecord]:
        """Newest first, with their events."""
        return self._database.read(lambda connection: _of(connection, uuid))


def _of(connection: Connection, uuid: str) -> list[ActionRecord]:
    kept = STORE.of_subject(connection, uuid)
    records = [_record(record) for record in kept if record.kind not in (AMEND, ROUTING)]
    query = select(build_requests.c.spec).where(build_requests.c.uuid == uuid)
    spec = connection.execute(query).scalar()
    if spec is not None:
        records.append(_building(spec["document"]))
    return records


def _record(record: Record) -> ActionRecord:
    failed = record.result == "failed"
    event = ActionEvent(
        event=_PUBLIC.get(record.action, record.action),
        start_time=record.started_at,
        finish_time=record.finished_at,
        result=None if record.open else "Error" if failed else "Success",
        traceback=record.details if failed else None,
        details=record.message if failed else None,
    )
    return ActionRecord.of_journal(record, failed=failed, events=[event])


def _building(spec: dict[str, str]) -> ActionRecord:
    return ActionRecord(
        action="create",
        instance_uuid=spec["uuid"],
        request_id=spec["request_id"],
        user_id=spec["user_id"],
        project_id=spec["project_id"],
        start_time=spec["created_at"],
        updated_at=spec["created_at"],
    )
