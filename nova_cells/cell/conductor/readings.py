# SPDX-License-Identifier: Apache-2.0
"""What a cell answers about its instances without changing anything."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from nova_cells.cell.conductor.sending import Agents
from nova_cells.cell.db import actions, instances, migrations
from nova_cells.contracts import FaultCode, Refused
from nova_cells.journal.engine import Journal
from nova_cells.journal.record import Record, StepRecord
from nova_cells.objects import ActionRecord, Instance, Migration
from nova_cells.objects.sums import sums_of

MOST_HEADS = 1000


class Readings:
    """The reading half of the cell's interface."""

    def __init__(self, journal: Journal, agents: Agents) -> None:
        self._journal = journal
        self._database = journal.database
        self._agents = agents

    def show(self, uuid: str) -> Instance:
        found = self._database.read(lambda c: instances.get(c, uuid))
        if found is None:
            raise Refused(FaultCode.INSTANCE_NOT_FOUND, f"Instance {uuid} could not be found.")
        instance: Instance = Instance.from_document(found[0])
        return instance

    def heads(self, after: str, limit: int) -> list[Instance]:
        most = max(0, min(limit, MOST_HEADS))
        documents = self._database.read(lambda c: instances.after(c, after, most))
        return [Instance.from_document(document) for document in documents]

    def sums(self) -> dict[str, list[Any]]:
        return self._database.read(lambda c: sums_of(instances.living(c)))

    def standings(self, project_id: str, after: str, limit: int) -> list[list[Any]]:
        most = max(0, min(limit, MOST_HEADS))
        return self._database.read(lambda c: instances.standings(c, project_id, after, most))

    def migrations(self, after: str, limit: int) -> list[Migration]:
        most = max(0, min(limit, MOST_HEADS))
        return self._database.read(lambda c: migrations.after(c, after, most))

    def actions(self, uuid: str) -> list[ActionRecord]:
        records = self._database.read(lambda c: self._journal.store.of_subject(c, uuid))
        return [actions.action_of(record) for record in records]

    def action(self, uuid: str, request_id: str) -> ActionRecord:
        """The newest of that request, with its events."""
        store, kinds = self._journal.store, self._journal.kinds

        def work(connection: Connection) -> tuple[Record, list[StepRecord]] | None:
            for record in store.of_subject(connection, uuid):
                if record.request_id == request_id:
                    return record, store.steps_of(connection, record.id)
            return None

        found = self._database.read(work)
        if found is None:
            raise Refused(FaultCode.ACTION_NOT_FOUND, f"Action {request_id} could not be found.")
        record, steps = found
        return actions.action_of(record, actions.events_of(record, steps, kinds))

    def console_output(self, uuid: str, lines: int) -> str:
        instance = self.show(uuid)
        if instance.deleted_at is not None:
            raise Refused(FaultCode.INSTANCE_NOT_FOUND, f"Instance {uuid} could not be found.")
        if instance.host is None:
            raise Refused(FaultCode.CONFLICT, f"Instance {uuid} is not ready.")
        if self._journal.subjects.down(instance.host):
            raise Refused(FaultCode.HOST_DOWN, f"The host of instance {uuid} is down.")
        output: str = self._agents.of(instance.host).console_output(
            host=instance.host, uuid=uuid, lines=lines
        )
        return output
