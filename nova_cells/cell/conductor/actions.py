# SPDX-License-Identifier: Apache-2.0
"""Begins an operation on an instance, if its state and what is being done to it allow it.

The key a caller gives is the operation's id: asking twice begins once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from nova_cells.cell.conductor import assisting, image_making, transitions
from nova_cells.cell.conductor.crossing import AS_LONG_AS_IT_TAKES
from nova_cells.cell.conductor.head import Head, load
from nova_cells.cell.db import service_chores
from nova_cells.cell.db.service_chores import Wished
from nova_cells.contracts import FaultCode, Refused
from nova_cells.journal.engine import Journal
from nova_cells.journal.model import Operation, StepRefused
from nova_cells.journal.record import Record
from nova_cells.journal.turn import Notes
from nova_cells.objects import Instance
from nova_cells.runtime import context
from nova_cells.runtime.clock import seconds

PATIENCE = seconds(3600)
_DELETES = {"delete": {"delete"}, "soft_delete": {"delete", "soft_delete"}}
"""Kinds that delete, and what in hand makes another of them unnecessary."""


class Actions:
    """`act` of the cell's interface. Times in seconds; `reclaim`: how long deletes are kept."""

    def __init__(
        self,
        journal: Journal,
        *,
        timeout: float,
        shutdown_timeout: float,
        snapshot_timeout: float = 7200,
        reclaim: float = 0,
    ) -> None:
        self._journal = journal
        self.keeps = reclaim > 0
        self._timeout = seconds(timeout)
        self._snapshot_timeout = seconds(snapshot_timeout)
        self._shutdown_timeout = shutdown_timeout

    def act(
        self,
        uuid: str,
        epoch: int,
        kind: str,
        key: str,
        arguments: dict[str, Any],
        *,
        forced: bool = False,
    ) -> Instance:
        """Begin it; answers the head. `forced`: it is not the owner who asks."""
        operation = self._kind(kind)
        try:
            head = self._journal.transact(
                lambda c, notes: self._act(c, notes, uuid, epoch, operation, key, arguments, forced)
            )
        except StepRefused as refusal:
            raise Refused(FaultCode.NO_VALID_HOST, refusal.message) from refusal
        return head.instance()

    def _act(
        self,
        connection: Connection,
        notes: Notes,
        uuid: str,
        epoch: int,
        operation: Operation,
        key: str,
        arguments: dict[str, Any],
        forced: bool,
    ) -> Head:
        head = self._head(connection, uuid, epoch)
        held = self._held(connection, head)
        if held is not None and held.kind in operation.instead:
            operation = self._kind(operation.instead[held.kind])
        if operation.kind == "delete" and not forced and self._is_kept(head, arguments):
            operation = self._kind("soft_delete")
        if self._is_said_already(connection, head, held, operation, key):
            return head
        if held is not None and operation.waits and not forced:
            wished = Wished(uuid, operation.kind, arguments, key)
            service_chores.act(connection, [wished], self._journal.clock())
            return head
        asked = context.current() or context.RequestContext()
        transitions.check(head, operation.kind, arguments, is_admin=forced or asked.is_admin)
        self._check_host(head, operation)
        traits = self._journal.world.hosts.traits(head["host"])
        transitions.check_able(head, operation.kind, arguments, traits)
        record = self._record(head, operation, key, arguments, asked)
        if held is not None and held.kind not in operation.beside:
            self._preempt(connection, notes, head, held, record)
        self._journal.begin(connection, notes, record, head)
        return head

    @staticmethod
    def _head(connection: Connection, uuid: str, epoch: int) -> Head:
        head = load(connection, uuid, lock=True)
        if head is None:
            raise Refused(FaultCode.INSTANCE_NOT_FOUND, f"Instance {uuid} could not be found.")
        if epoch < head["epoch"]:
            raise Refused(FaultCode.STALE_EPOCH, f"{uuid} has epoch {head['epoch']} here")
        return head

    def _held(self, connection: Connection, head: Head) -> Record | None:
        """The operation that has the instance in hand."""
        if head["operation"] is None:
            return None
        return self._journal.store.get(connection, head["operation"])

    def _kind(self, kind: str) -> Operation:
        operation = self._journal.kinds.newest(kind)
        if operation is None or kind == "build":
            raise Refused(FaultCode.NOT_SUPPORTED, f"There is no action {kind!r}.")
        return operation

    def _is_kept(self, head: Head, arguments: Mapping[str, Any]) -> bool:
        """Whether a delete only switches it off: not one that never ran, or that has no host."""
        kept = self.keeps and not arguments.get("type")
        if not kept or head["launched_at"] is None or head["host"] is None:
            return False
        if head["vm_state"] == transitions.SHELVED_OFFLOADED:
            return False  # being made again: there is no disk yet
        going = head["operation"] is not None and head.document.get("shelved_image")
        return not going  # what is being shelved and has its image may have lost its disk

    def _is_said_already(
        self,
        connection: Connection,
        head: Head,
        held: Record | None,
        operation: Operation,
        key: str,
    ) -> bool:
        """The same key, or a delete of what is deleted or being deleted."""
        if operation.kind in _DELETES and head["deleted_at"] is not None:
            return True
        if operation.kind == "soft_delete" and head["vm_state"] == transitions.SOFT_DELETED:
            return True
        if head["deleted_at"] is not None:
            raise Refused(FaultCode.INSTANCE_NOT_FOUND, f"Instance {head.uuid} could not be found.")
        if self._journal.store.get(connection, key) is not None:
            return True
        if operation.kind not in _DELETES or held is None:
            return False
        return held.open and held.kind in _DELETES[operation.kind]

    def _check_host(self, head: Head, operation: Operation) -> None:
        if operation.owes or operation.homeless:
            return
        if head["host"] is None or self._journal.subjects.down(head["host"]):
            raise Refused(
                FaultCode.HOST_DOWN,
                f"The host of instance {head.uuid} is down.",
                vm_state=head["vm_state"],
                task_state=head["task_state"],
                locked=bool(head["locked_by"]),
            )

    def _preempt(
        self, connection: Connection, notes: Notes, head: Head, held: Record, record: Record
    ) -> None:
        try:
            self._journal.preempt(connection, notes, held.id, record)
        except Refused as refusal:
            raise transitions.busy(head, record.kind, held.kind) from refusal
        if held.open:
            image_making.abandon(connection, held, record.started_at)
            assisting.abandon(connection, held, record.started_at)

    def _time_for(self, operation: Operation) -> int:
        if operation.endless:
            return AS_LONG_AS_IT_TAKES
        if operation.patient:
            return PATIENCE
        return self._snapshot_timeout if operation.lengthy else self._timeout

    def _record(
        self,
        head: Head,
        operation: Operation,
        key: str,
        arguments: dict[str, Any],
        asked: context.RequestContext,
    ) -> Record:
        now = self._journal.clock()
        told = dict(arguments)
        if operation.kind in ("shelve", "soft_delete", "stop"):
            told.setdefault("shutdown_timeout", self._shutdown_timeout)
        return Record(
            id=key,
            kind=operation.kind,
            kind_version=operation.version,
            action=operation.action,
            subject=head.uuid,
            epoch=head["epoch"],
            place=head["host"],
            deadline=now + self._time_for(operation),
            started_at=now,
            updated_at=now,
            request_id=asked.request_id,
            user_id=asked.user_id or "",
            project_id=asked.project_id or "",
            arguments=told,
        )
