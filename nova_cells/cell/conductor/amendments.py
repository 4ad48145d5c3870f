# SPDX-License-Identifier: Apache-2.0
"""Sets descriptive fields of an instance: no host is asked and no operation begun."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from nova_cells.cell.conductor import transitions
from nova_cells.cell.conductor.head import Head, load
from nova_cells.cell.conductor.subjects import InstanceSubjects
from nova_cells.contracts import FaultCode, Refused
from nova_cells.journal.engine import Journal
from nova_cells.journal.turn import Notes
from nova_cells.objects import Instance
from nova_cells.objects.amendment import EDITS, action_of, amended
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
            if action := action_of(changes):
                asked = context.current() or context.RequestContext()
                transitions.check(head, action, {}, is_admin=asked.is_admin)
            head.set(**amended(head, changes))
            head.amended_by = key
            now = self._journal.clock()
            self._subjects.write(connection, notes, head, now, answered=True)
        return head
