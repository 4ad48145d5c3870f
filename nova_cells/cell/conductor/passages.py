# SPDX-License-Identifier: Apache-2.0
"""A cell's half of moves between cells, as the global side sees it: begun, asked after, told.

Everything is known by its key. What is called off before it ever began is written down as over, so
that a call that was only late begins nothing.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from nova_cells.cell.conductor import crossing
from nova_cells.cell.conductor.actions import Actions
from nova_cells.cell.conductor.crossing import ALONE, AS_LONG_AS_IT_TAKES, CALLED_OFF, STAGE
from nova_cells.cell.conductor.head import Head, load
from nova_cells.cell.conductor.transitions import ACTIVE, ARRIVING, DEPARTED
from nova_cells.cell.db import instances, service_chores, tombstones
from nova_cells.contracts import FaultCode, Refused
from nova_cells.journal.engine import Journal
from nova_cells.journal.model import Result, StepRefused
from nova_cells.journal.record import Record
from nova_cells.journal.turn import Notes
from nova_cells.objects import Instance, Passage, RequestSpec
from nova_cells.runtime import context

DEPART, ARRIVE, TAKE_IN = "depart", "arrive", "take_in"


class Passages:
    """`send_away`, `receive`, `passage`, `tell` and `wish` of the cell's interface."""

    def __init__(self, journal: Journal, actions: Actions) -> None:
        self._journal = journal
        self._actions = actions

    def wish(self, uuid: str) -> RequestSpec:
        document = self._journal.database.read(lambda c: instances.spec(c, uuid))
        if document is None:
            raise Refused(FaultCode.INSTANCE_NOT_FOUND, f"Instance {uuid} could not be found.")
        spec: RequestSpec = RequestSpec.from_document(document)
        return spec

    def send_away(self, uuid: str, epoch: int, key: str, arguments: dict[str, Any]) -> Passage:
        self._actions.act(uuid, epoch, DEPART, key, arguments, forced=True)
        return self.passage(uuid, key)

    def receive(
        self, instance: Instance, spec: RequestSpec, key: str, arguments: dict[str, Any]
    ) -> Passage:
        try:
            self._journal.transact(lambda c, n: self._receive(c, n, instance, spec, key, arguments))
        except StepRefused as refusal:
            trail = getattr(refusal, "trail", [])
            raise Refused(FaultCode.NO_VALID_HOST, refusal.message, trail=trail) from refusal
        return self.passage(instance.uuid, key)

    def passage(self, uuid: str, key: str) -> Passage:
        record = self._journal.database.read(lambda c: self._journal.store.get(c, key))
        return _passage(uuid, record)

    def tell(self, uuid: str, epoch: int, key: str, word: str, said: str) -> Passage:
        if word == CALLED_OFF:
            self._journal.transact(lambda c, n: self._call_off(c, uuid, epoch, key))
        if word == ALONE:
            now = self._journal.clock()
            self._journal.database.write(lambda c: service_chores.sweep(c, uuid, now, now))
            return self.passage(uuid, key)
        self._journal.hear({uuid: {crossing.name_of(key, word): said}})
        return self.passage(uuid, key)

    def _call_off(self, connection: Connection, uuid: str, epoch: int, key: str) -> None:
        if self._journal.store.get(connection, key, lock=True) is not None:
            return
        never = self._record(uuid, epoch, "cancel", key, {})
        never.open, never.result, never.finished_at = False, Result.FAILED, never.started_at
        never.message = "It was called off before it began."
        self._journal.store.add(connection, never)

    def _receive(
        self,
        connection: Connection,
        notes: Notes,
        instance: Instance,
        spec: RequestSpec,
        key: str,
        arguments: dict[str, Any],
    ) -> None:
        if self._journal.store.get(connection, key) is not None:
            return
        uuid = instance.uuid
        self._clear_the_way(connection, uuid, instance.epoch)
        head = _arriving(instance, spec)
        document = instance.document()
        told = {
            **arguments,
            "vm_state": document["vm_state"],
            "power": document["vm_state"] == ACTIVE,
            "housed": document["host"] is not None,
            "home": document["host"],
        }
        instances.add_spec(connection, uuid, spec.document())
        kind, action = (TAKE_IN, "evacuate") if arguments.get("anew") else (ARRIVE, "migrate")
        record = self._record(uuid, instance.epoch, kind, key, told, action=action)
        self._journal.begin(connection, notes, record, head)

    def _clear_the_way(self, connection: Connection, uuid: str, epoch: int) -> None:
        """A server may come back to where it once was; nothing else may be here."""
        if (tombstones.epoch_of(connection, uuid) or 0) >= epoch:
            raise Refused(FaultCode.TOMBSTONED, f"{uuid} was called off here")
        known = load(connection, uuid, lock=True)
        if known is None:
            return
        if known["epoch"] >= epoch:
            raise Refused(FaultCode.STALE_EPOCH, f"{uuid} has epoch {known['epoch']} here")
        if known["vm_state"] != DEPARTED or known["operation"] is not None:
            raise Refused(FaultCode.CONFLICT, f"{uuid} is here with epoch {known['epoch']}")
        instances.remove(connection, uuid)

    def _record(
        self,
        uuid: str,
        epoch: int,
        kind: str,
        key: str,
        arguments: dict[str, Any],
        *,
        action: str = "migrate",
    ) -> Record:
        now = self._journal.clock()
        asked = context.current() or context.RequestContext()
        return Record(
            id=key,
            kind=kind,
            kind_version=1,
            action=action,
            subject=uuid,
            epoch=epoch,
            deadline=now + AS_LONG_AS_IT_TAKES,
            started_at=now,
            updated_at=now,
            request_id=asked.request_id or "",
            user_id=asked.user_id or "",
            project_id=asked.project_id or "",
            arguments=arguments,
        )


def _arriving(instance: Instance, spec: RequestSpec) -> Head:
    changes = {"vm_state": ARRIVING, "task_state": None, "operation": None}
    document = instance.document() | changes | {"host": None, "node": None}
    return Head(document, spec=spec, fresh=True)


def _passage(uuid: str, record: Record | None) -> Passage:
    if record is None:
        return Passage(uuid=uuid, state="absent")
    state = "open" if record.open else ("done" if record.result == Result.DONE else "failed")
    return Passage(
        uuid=uuid,
        state=state,
        stage=record.arguments.get(STAGE) if record.open and record.forward else None,
        host=record.arguments.get("places", {}).get("destination"),
        ticket=record.arguments.get("ticket"),
        message=record.message,
        details=record.details,
    )
