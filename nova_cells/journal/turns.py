# SPDX-License-Identifier: Apache-2.0
"""Opens operations for an event, moves them on, and writes all that came of it.

Everything here happens in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from nova_cells.contracts import FaultCode, Refused
from nova_cells.journal.model import Kinds, Operation, Result
from nova_cells.journal.progress import Patience, drive
from nova_cells.journal.record import Record
from nova_cells.journal.store import JournalStore
from nova_cells.journal.tally import Tally
from nova_cells.journal.turn import Notes, Subjects, Turn


@dataclass(frozen=True)
class Turns:
    """The turns of one journal."""

    store: JournalStore
    kinds: Kinds
    subjects: Subjects
    tally: Tally
    world: Callable[[], Any]
    clock: Callable[[], int]
    patience: Patience

    def open(self, connection: Connection, notes: Notes, record: Record, subject: Any) -> Turn:
        """A turn of an operation whose subject the caller has."""
        operation = self._known(record)
        return Turn(connection, record, operation, self.clock(), self.world(), subject, notes)

    def load(self, connection: Connection, notes: Notes, record: Record) -> Turn | None:
        """A turn with its subject; none where that is gone: the operation has ended then."""
        subject = self.subjects.load(connection, record.subject)
        turn = self.open(connection, notes, record, subject)
        if subject is not None:
            return turn
        self._abandon(turn)
        return None

    def go_on(self, turn: Turn) -> None:
        """Move on if nothing is waited for, and write all of it back."""
        if turn.record.open and turn.record.wake_at is None:
            drive(turn, self.subjects, self.patience)
        turn.record.updated_at = turn.now
        self.store.update(turn.connection, turn.record)
        self.write(turn)

    def write(self, turn: Turn) -> None:
        """What the turn did to its subject and has to send; its record is the caller's."""
        self.store.add_steps(turn.connection, turn.finished)
        self.subjects.save(turn)
        self.tally.note(turn.notes, turn.record)
        if turn.errand is not None:
            turn.notes.errands.append(turn.errand)

    def _abandon(self, turn: Turn) -> None:
        record = turn.record
        record.open, record.result, record.wake_at = False, Result.FAILED, None
        record.message = "What this was about does not exist any more."
        record.finished_at = record.updated_at = turn.now
        record.forget_secrets()
        self.store.update(turn.connection, record)
        self.tally.note(turn.notes, record)

    def _known(self, record: Record) -> Operation:
        operation = self.kinds.get(record.kind, record.kind_version)
        if operation is None:
            raise Refused(
                FaultCode.UNSUPPORTED_VERSION, f"{record.kind} {record.kind_version} is not known"
            )
        return operation
