# SPDX-License-Identifier: Apache-2.0
"""Drives operations, event by event: begun by a request, moved by reports, woken by the one timer.

Every method that moves an operation is one transaction; what has to be sent goes out after it is
committed. Nothing is remembered between calls: any process may take the next event.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

from nova_cells.contracts import FaultCode, Refused, Unknown
from nova_cells.journal.events import reconsider
from nova_cells.journal.hearing import hear
from nova_cells.journal.model import Kinds, Result
from nova_cells.journal.progress import Patience, drive
from nova_cells.journal.record import Record
from nova_cells.journal.reports import take
from nova_cells.journal.store import JournalStore, Overtaken
from nova_cells.journal.tally import Tally
from nova_cells.journal.turn import Errand, Notes, Subjects, Turn
from nova_cells.journal.turns import Turns
from nova_cells.journal.waiting import inherit
from nova_cells.runtime.db import DatabaseFault

LOG = logging.getLogger(__name__)
T = TypeVar("T")
_RACES = 5
_RESEND_SOON = 1_000_000
HEAR_AT_ONCE = 100
"""Subjects that are locked at the same time when many are told of."""


class Writer(Protocol):
    """The part of a database the engine needs."""

    def write(self, work: Callable[[Connection], Any]) -> Any: ...

    def read(self, work: Callable[[Connection], Any]) -> Any: ...


def _nobody_serves(errand: Errand) -> None:
    raise Refused(FaultCode.NOT_SUPPORTED, f"nobody here does {errand.works}")


class Journal:
    """`world` is handed to the functions of operations; `send` takes an errand to its host, `serve`
    has one done with other services.
    """

    def __init__(
        self,
        database: Writer,
        store: JournalStore,
        kinds: Kinds,
        subjects: Subjects,
        *,
        world: Any,
        send: Callable[[Errand], None],
        clock: Callable[[], int],
        patience: Patience,
        serve: Callable[[Errand], None] = _nobody_serves,
    ) -> None:
        self.database = database
        self.store = store
        self.kinds = kinds
        self.subjects = subjects
        self.world = world
        self.send = send
        self.serve = serve
        self.clock = clock
        self.patience = patience
        self.tally = Tally()
        self.turns = Turns(store, kinds, subjects, self.tally, lambda: self.world, clock, patience)

    def transact(self, work: Callable[[Connection, Notes], T]) -> T:
        """Run `work` in one transaction, then do what its notes say. Every change goes this way."""
        notes: Notes | None = None

        def attempt(connection: Connection) -> T:
            nonlocal notes
            if notes is not None:
                notes.revert()
            notes = Notes()
            return work(connection, notes)

        try:
            result: T = self.database.write(attempt)
        except BaseException:
            if notes is not None:
                notes.revert()
            raise
        if notes is not None:
            self._follow(notes)
        return result

    def begin(self, connection: Connection, notes: Notes, record: Record, subject: Any) -> Turn:
        """Put a new operation down in the caller's transaction and go as far as it goes.

        `StepRefused` of a database step before the first host step passes through: nothing was
        begun then, and the caller's transaction must not be committed.
        """
        turn = self.turns.open(connection, notes, record, subject)
        turn.beginning = True
        if not turn.operation.beside:
            self.subjects.hold(turn)
        drive(turn, self.subjects, self.patience)
        self.store.add(connection, record)
        self.turns.write(turn)
        return turn

    def begin_all(
        self,
        connection: Connection,
        notes: Notes,
        begun: Sequence[tuple[Record, Any]],
        *,
        told: bool,
    ) -> None:
        """`begin` for new subjects, in a few statements; `told`: the caller's answer has them."""
        turns = [self.turns.open(connection, notes, record, subject) for record, subject in begun]
        for turn in turns:
            turn.beginning = True
            self.subjects.hold(turn)
            drive(turn, self.subjects, self.patience)
        self.store.add_all(connection, [turn.record for turn in turns])
        self.store.add_steps(connection, [step for turn in turns for step in turn.finished])
        self.subjects.save_new(turns, told=told)
        notes.errands += [turn.errand for turn in turns if turn.errand is not None]

    def preempt(self, connection: Connection, notes: Notes, victim: str, record: Record) -> None:
        """Close the operation that holds the subject, for `record` which is about to begin.

        Its steps on hosts are superseded: `record` carries the names of all it overrides.
        """
        held = self.store.get(connection, victim, lock=True)
        if held is None or not held.open:
            return
        operation = self.kinds.newest(record.kind)
        if operation is None or held.kind not in operation.preempts:
            raise Refused(FaultCode.CONFLICT, f"{held.kind} is in progress")
        held.open = False
        held.result = Result.PREEMPTED
        held.message = f"Interrupted by {record.action}."
        held.wake_at = None
        held.forget_secrets()
        held.finished_at = held.updated_at = self.clock()
        inherit(record, held)
        self.store.update(connection, held)
        self.tally.note(notes, held)
        record.arguments["supersedes"] = [*held.arguments.get("supersedes", []), held.id]

    def steer(self, asked: Turn, held: str, change: Callable[[Turn], None]) -> None:
        """On behalf of an operation beside it, change the one that holds the same subject.

        `change` gets its turn; what it waits for is asked of its host anew, as things are then.
        """
        record = self.store.get(asked.connection, held, lock=True)
        if record is None or not record.open:
            return
        turn = self.turns.open(asked.connection, asked.notes, record, asked.subject)
        change(turn)
        record.wake_at = None
        self.turns.go_on(turn)

    def aside(self, operation: str, work: Callable[[Turn], None]) -> None:
        """Have something written about an operation that is open; it is not moved by that."""

        def within(connection: Connection, notes: Notes) -> None:
            record = self.store.get(connection, operation, lock=True)
            if record is not None and record.open:
                work(self.turns.open(connection, notes, record, None))

        self.transact(within)

    def take_report(self, report: Any) -> None:
        """Results from a host (a `WorkReport`).

        What the journal no longer wants is taken too, and forgotten.
        """
        self.take_reports([report])

    def take_reports(self, reports: Sequence[Any]) -> None:
        """Several, in one transaction: all are taken or none is."""
        in_order = sorted(reports, key=lambda report: (report.uuid, report.operation))

        def work(connection: Connection, notes: Notes) -> None:
            for report in in_order:
                take(self.turns, connection, notes, report)

        self._transact_again(work)

    def wake(self, operation: str) -> None:
        """The timer of an operation has run out: whatever it waited for did not happen."""

        def work(connection: Connection, notes: Notes) -> None:
            record = self.store.get(connection, operation, lock=True)
            if record is None or not record.open or self.clock() < (record.wake_at or 0):
                return
            if self.kinds.get(record.kind, record.kind_version) is None:
                self._leave_to_newer(connection, record)
            elif (turn := self.turns.load(connection, notes, record)) is not None:
                reconsider(turn, self.subjects)
                self.turns.go_on(turn)

        self._transact_again(work)

    def hear(self, news: Mapping[str, Mapping[str, str | None]]) -> set[str]:
        """News from outside: of each subject what is said under which name; None takes it back.

        An open operation remembers it, before it waits for it too, and goes on if it waited.
        Answers the subjects that are in hand. Of many some at a time: all of them are locked
        meanwhile.
        """
        in_hand: set[str] = set()
        subjects = sorted(news)
        for first in range(0, len(subjects), HEAR_AT_ONCE):
            in_hand |= self._hear(subjects[first : first + HEAR_AT_ONCE], news)
        return in_hand

    def _hear(
        self, subjects: Sequence[str], news: Mapping[str, Mapping[str, str | None]]
    ) -> set[str]:
        in_hand: set[str] = set()

        def work(connection: Connection, notes: Notes) -> None:
            in_hand.clear()
            for record in self.store.open_of(connection, subjects):
                in_hand.add(record.subject)
                hear(self.turns, connection, notes, record, news[record.subject])

        self._transact_again(work)
        return in_hand

    def due(self, kinds: Collection[str] | None = None, limit: int = 100) -> list[str]:
        """Operations whose time has come; of these kinds, or of any."""
        now = self.clock()
        due: list[str] = self.database.read(lambda c: self.store.due(c, now, limit, kinds))
        return due

    def _leave_to_newer(self, connection: Connection, record: Record) -> None:
        """A newer conductor began this and will go on with it; look again later."""
        record.wake_at = self.clock() + self.patience.lease
        self.store.update(connection, record)

    def _transact_again(self, work: Callable[[Connection, Notes], None]) -> None:
        for _race in range(_RACES):
            try:
                self.transact(work)
                return
            except Overtaken:
                continue
        raise Unknown("the operation is being moved by others")

    def _follow(self, notes: Notes) -> None:
        for effect in notes.after:
            effect()
        for errand in notes.errands:
            self._send(errand)

    def _send(self, errand: Errand) -> None:
        try:
            if errand.works:
                self.serve(errand)
            else:
                self.send(errand)
        except (Unknown, Refused):
            self._postpone(errand.record)

    def _postpone(self, record: Record) -> None:
        """The message did not leave: do not wait for the whole lease."""

        def work(connection: Connection) -> None:
            soon = self.clock() + _RESEND_SOON
            self.store.wake(connection, [record.id], soon)

        try:
            self.database.write(work)
        except DatabaseFault:
            LOG.warning("operation %s waits for its lease to be sent again", record.id)
