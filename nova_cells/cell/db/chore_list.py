# SPDX-License-Identifier: Apache-2.0
"""A list of chores in a table: put down with what makes them needed, struck out when done.

Of many conductors one takes a chore, for a time; one that was not done comes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, func, select, update

from nova_cells.runtime.db import upsert


class ChoreList:
    """`table` has the columns `id`, `due_at` and `tries`, and what the chores are about."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def put(self, connection: Connection, rows: list[dict[str, Any]]) -> None:
        """A chore that is on the list already is asked for anew."""
        upsert(connection, self.table, rows, keys=("id",))

    def due(self, connection: Connection, now: int, most: int) -> Sequence[Row[Any]]:
        """What is to be done now, oldest first."""
        c = self.table.c
        due = select(self.table).where(c.due_at <= now).order_by(c.due_at, c.id).limit(most)
        return connection.execute(due).all()

    def counted(self, connection: Connection) -> dict[str, int]:
        """How many there are of each kind, due or not."""
        c = self.table.c
        counted = select(c.kind, func.count()).group_by(c.kind)
        return {row[0]: row[1] for row in connection.execute(counted)}

    def take(self, connection: Connection, chore: Row[Any], until: int) -> bool:
        """Whether it is ours until then."""
        c = self.table.c
        mine = (c.id == chore.id, c.tries == chore.tries, c.due_at == chore.due_at)
        taken = update(self.table).where(*mine).values(due_at=until, tries=chore.tries + 1)
        return bool(connection.execute(taken).rowcount)

    def done(self, connection: Connection, chore_id: str, tries: int | None = None) -> None:
        """Strike it out; with `tries` only if nobody has asked for it again meanwhile."""
        c = self.table.c
        gone = delete(self.table).where(c.id == chore_id)
        connection.execute(gone if tries is None else gone.where(c.tries == tries))

    def postpone(self, connection: Connection, chore_id: str, due_at: int) -> None:
        """It could not be done now."""
        later = update(self.table).where(self.table.c.id == chore_id).values(due_at=due_at)
        connection.execute(later)
