# SPDX-License-Identifier: Apache-2.0
"""Sets descriptive fields of an instance: no host is asked and no operation begun.

Locks leave a row in the journal that is closed from the beginning, for os-instance-actions.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from nova_cells.cell.conductor import transitions
from nova_cells.cell.conductor.head import Head, load
from nova_cells.cell.conductor.subjects import InstanceSubjects
from nova_cells.contracts import FaultCode, Refused
from nova_cells.journal.engine import Journal
from nova_cells.journal.model import Result
from nova_cells.journal.record import Record
from nova_cells.journal.turn import Notes
from nova_cells.objects import Instance
from nova_cells.objects.amendment import EDITS, LOCKING, TooMany, action_of, amended
from nova_cells.runtime import context

FIELDS = frozenset(
    {
        "name",
        "hostname",
        "description",
        "metadata",
        "tags",
        "locked_by",
        "locked_reason",
        "disk_config",
        "access_ip_v4",
        "access_ip_v6",
        "config_drive",
        "encrypted_password",
        "root_device_name",
        "security_groups",
        "trusted_certs",
        "pinned_availability_zone",
    }
)


class Amendments:
    """`amend` of the cell's interface; the newest key is remembered with the instance."""

    def __init__(self, journal: Journal, subjects: InstanceSubjects) -> None:
        self._journal = journal
        self._subjects = subjects

    def amend(self, uuid: str, epoch: int, key: str, changes: dict[str, Any]) -> Instance:
        """Answers the head as changed."""
        unknown = sorted(set(changes) - FIELDS - EDITS)
        if unknown:
            raise Refused(FaultCode.INVALID, f"{unknown[0]} can't be set this way.")
        head = self._journal.transact(
            lambda c, notes: self._amend(c, notes, uuid, epoch, key, changes)
        )
        return head.instance()

    def _amend(
        self,
        connection: Connection,
        notes: Notes,
        uuid: str,
        epoch: int,
        key: str,
        changes: dict[str, Any],
    ) -> Head:
        head = load(connection, uuid, lock=True)
        if head is None or head["deleted_at"] is not None:
            raise Refused(FaultCode.INSTANCE_NOT_FOUND, f"Instance {uuid} could not be found.")
        if epoch < head["epoch"]:
            raise Refused(FaultCode.STALE_EPOCH, f"{uuid} has epoch {head['epoch']} here")
        if head.amended_by != key:
            self._refuse_leaving(connection, head)
            if action := action_of(changes):
                asked = context.current() or context.RequestContext()
                transitions.check(head, action, {}, is_admin=asked.is_admin)
            head.set(**_worked_out(head, changes))
            head.amended_by = key
            now = self._journal.clock()
            for action in sorted(LOCKING & changes.keys()):
                self._journal.store.add(connection, _done(head, action, key, now))
            self._subjects.write(connection, notes, head, now, answered=True)
        return head

    def _refuse_leaving(self, connection: Connection, head: Head) -> None:
        """What it is has been told to another cell already."""
        if head["operation"] is None:
            return
        held = self._journal.store.get(connection, head["operation"])
        if held is not None and held.kind == "depart":
            raise transitions.busy(head, "update", held.kind)


def _worked_out(head: Head, changes: dict[str, Any]) -> dict[str, Any]:
    try:
        return amended(head, changes)
    except TooMany as many:
        raise Refused(FaultCode.TOO_MANY, str(many), field=many.field, most=many.most) from many


def _done(head: Head, action: str, key: str, now: int) -> Record:
    """What is over in the moment it is asked for is an action of the server's all the same."""
    asked = context.current() or context.RequestContext()
    return Record(
        id=f"{action}/{head.uuid}/{key}",
        kind=action,
        kind_version=1,
        action=action,
        subject=head.uuid,
        epoch=head["epoch"],
        open=False,
        result=Result.DONE,
        deadline=now,
        started_at=now,
        updated_at=now,
        finished_at=now,
        request_id=asked.request_id or "",
        user_id=asked.user_id or "",
        project_id=asked.project_id or "",
    )
