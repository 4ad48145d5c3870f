# SPDX-License-Identifier: Apache-2.0
"""The journal's SQL. Every change of a row is a compare-and-set on its generation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Connection, Row, bindparam, case, delete, func, insert, select, update

from nova_cells.journal.record import COLUMNS, STEP_COLUMNS, Record, StepRecord
from nova_cells.journal.tables import JournalTables

_FIXED = {"id", "kind", "kind_version", "action", "subject", "deadline", "started_at", "epoch"}
_FIXED |= {"request_id", "user_id", "project_id"}
_CHANGING = tuple(name for name in COLUMNS if name not in _FIXED)


class Overtaken(Exception):
    """Somebody else has moved the operation since it was read: what was to be done is void."""


class JournalStore:
    """Reads and writes rows inside the caller's transaction."""

    def __init__(self, tables: JournalTables) -> None:
        self.tables = tables
        operations, steps = tables.operations, tables.steps
        self._columns = [operations.c[name] for name in COLUMNS]
        self._select = select(*self._columns).where(operations.c.id == bindparam("wanted"))
        self._insert = insert(operations)
        self._insert_steps = insert(steps)
        self._update = (
            update(operations)
            .where(
                operations.c.id == bindparam("wanted"), operations.c.generation == bindparam("seen")
            )
            .values({name: bindparam(f"new_{name}") for name in _CHANGING})
        )

    def get(self, connection: Connection, operation: str, *, lock: bool = False) -> Record | None:
        """One operation; `lock` holds its row till the end of the transaction."""
        statement = self._select.with_for_update() if lock else self._select
        row = connection.execute(statement, {"wanted": operation}).first()
        return None if row is None else _record(row)

    def add(self, connection: Connection, record: Record) -> None:
        """A new operation."""
        connection.execute(self._insert, record.row())

    def add_all(self, connection: Connection, records: Sequence[Record]) -> None:
        """Many new operations."""
        connection.execute(self._insert, [record.row() for record in records])

    def update(self, connection: Connection, record: Record) -> None:
        """Write it back under a new generation."""
        seen = record.generation
        record.generation = seen + 1
        values = {f"new_{name}": getattr(record, name) for name in _CHANGING}
        changed = connection.execute(self._update, {"wanted": record.id, "seen": seen, **values})
        if changed.rowcount != 1:
            raise Overtaken(record.id)

    def remember(self, connection: Connection, record: Record) -> None:
        """Write its arguments only: whoever is at work on it has not been overtaken by that."""
        table = self.tables.operations
        mine = (table.c.id == record.id, table.c.generation == record.generation)
        changed = connection.execute(update(table).where(*mine).values(arguments=record.arguments))
        if changed.rowcount != 1:
            raise Overtaken(record.id)

    def renew(
        self, connection: Connection, operation: str, generation: int, now: int, wake_at: int
    ) -> bool:
        """Whoever was asked under this generation is at it: look later, not past the deadline.

        Answers whether nobody else was asked since.
        """
        table = self.tables.operations
        ahead = (table.c.deadline > now) & (table.c.deadline < wake_at)
        not_late = case((ahead, table.c.deadline), else_=wake_at)
        mine = (table.c.id == operation, table.c.generation == generation, table.c.open)
        changed = connection.execute(update(table).where(*mine).values(wake_at=not_late))
        return bool(changed.rowcount)

    def is_newest(self, connection: Connection, operation: str, generation: int) -> bool:
        """Whether it is open and nobody has moved it since this generation."""
        table = self.tables.operations
        mine = (table.c.id == operation, table.c.generation == generation, table.c.open)
        return connection.execute(select(table.c.id).where(*mine)).first() is not None

    def open_of(self, connection: Connection, subjects: Sequence[str]) -> list[Record]:
        """Open operations of these subjects, locked till the end of the transaction."""
        table = self.tables.operations
        statement = (
            select(*self._columns)
            .where(table.c.subject.in_(sorted(subjects)), table.c.open)
            .order_by(table.c.id)
            .with_for_update()
        )
        return [_record(row) for row in connection.execute(statement)]

    def add_steps(self, connection: Connection, finished: Sequence[StepRecord]) -> None:
        """Results of steps; told once each, because the cursor has moved past them."""
        if finished:
            rows = [{name: getattr(step, name) for name in STEP_COLUMNS} for step in finished]
            connection.execute(self._insert_steps, rows)

    def due(
        self, connection: Connection, now: int, limit: int, kinds: Collection[str] | None = None
    ) -> list[str]:
        """Operations whose time has come, longest first; of these kinds, or of any."""
        table = self.tables.operations
        statement = (
            select(table.c.id).where(table.c.wake_at <= now).order_by(table.c.wake_at).limit(limit)
        )
        if kinds is not None:
            statement = statement.where(table.c.kind.in_(sorted(kinds)))
        return list(connection.scalars(statement))

    def wake(self, connection: Connection, operations: Iterable[str], wake_at: int) -> None:
        """Set the timer of open operations, never beyond their deadline."""
        table = self.tables.operations
        not_late = case((table.c.deadline < wake_at, table.c.deadline), else_=wake_at)
        connection.execute(
            update(table)
            .where(table.c.id.in_(sorted(operations)), table.c.open)
            .values(wake_at=not_late)
        )

    def in_hand(
        self, connection: Connection, operations: Iterable[str], now: int, wake_at: int
    ) -> None:
        """Their hosts say they are at it: look later, but not past the deadline."""
        table = self.tables.operations
        not_late = case((table.c.deadline < wake_at, table.c.deadline), else_=wake_at)
        connection.execute(
            update(table)
            .where(
                table.c.id.in_(sorted(operations)),
                table.c.open,
                table.c.deadline > now,
                table.c.tries == 0,
            )
            .values(wake_at=not_late)
        )

    def wake_place(self, connection: Connection, place: str, wake_at: int) -> int:
        """Set the timer of every open operation of a host."""
        table = self.tables.operations
        changed = connection.execute(
            update(table).where(table.c.place == place, table.c.open).values(wake_at=wake_at)
        )
        return int(changed.rowcount)

    def at_place(self, connection: Connection, place: str) -> list[str]:
        """Open operations of a host."""
        table = self.tables.operations
        return list(
            connection.scalars(select(table.c.id).where(table.c.place == place, table.c.open))
        )

    def counted_by_place(self, connection: Connection, kind: str) -> dict[str, int]:
        """How many operations of a kind are open at each host."""
        table = self.tables.operations
        counted = (
            select(table.c.place, func.count())
            .where(table.c.kind == kind, table.c.open, table.c.place.is_not(None))
            .group_by(table.c.place)
        )
        return {row[0]: row[1] for row in connection.execute(counted)}

    def counted_by_kind(self, connection: Connection) -> dict[str, int]:
        """How many operations of each kind are open; only those have a timer."""
        table = self.tables.operations
        counted = (
            select(table.c.kind, func.count())
            .where(table.c.wake_at.is_not(None))
            .group_by(table.c.kind)
        )
        return {row[0]: row[1] for row in connection.execute(counted)}

    def in_flight(
        self, connection: Connection, after: str, limit: int, *, late_at: int | None = None
    ) -> list[Record]:
        """Open operations with a greater id, in that order; those only that are past half their
        time at `late_at`. Only open ones have a timer, so closed ones are not looked at."""
        table = self.tables.operations
        wanted = [table.c.wake_at.is_not(None), table.c.id > after]
        if late_at is not None:
            wanted.append(table.c.started_at + table.c.deadline < 2 * late_at)
        statement = select(*self._columns).where(*wanted).order_by(table.c.id).limit(limit)
        return [_record(row) for row in connection.execute(statement)]

    def of_subject(self, connection: Connection, subject: str) -> list[Record]:
        """All a subject's operations, newest first."""
        table = self.tables.operations
        statement = (
            select(*self._columns)
            .where(table.c.subject == subject)
            .order_by(table.c.started_at.desc(), table.c.id.desc())
        )
        return [_record(row) for row in connection.execute(statement)]

    def forget_subject(self, connection: Connection, subject: str) -> None:
        """Remove all closed operations of a subject that is long gone."""
        table, steps = self.tables.operations, self.tables.steps
        mine = select(table.c.id).where(table.c.subject == subject, ~table.c.open)
        connection.execute(delete(steps).where(steps.c.operation.in_(mine)))
        connection.execute(delete(table).where(table.c.subject == subject, ~table.c.open))

    def steps_of(self, connection: Connection, operation: str) -> list[StepRecord]:
        """The finished steps of an operation, in the order they ended."""
        table = self.tables.steps
        statement = (
            select(*[table.c[name] for name in STEP_COLUMNS])
            .where(table.c.operation == operation)
            .order_by(table.c.attempt, table.c.finished_at, table.c.undo, table.c.position)
        )
        return [StepRecord(**row._mapping) for row in connection.execute(statement)]


def _record(row: Row[tuple[object, ...]]) -> Record:
    return Record(**row._mapping)
