# SPDX-License-Identifier: Apache-2.0
"""How far a cell has been emptied, as index and journal tell it: nothing is counted up.

A drain is given up by opening the cell again, or closing it without: its state says what is wanted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from nova_cells.global_api.cell_states import DRAINING, FENCED
from nova_cells.global_api.db.tables.cells import cells
from nova_cells.global_api.db.tables.operations import journal
from nova_cells.global_api.db.tables.server_index import server_index
from nova_cells.global_api.operations.ownership import KINDS
from nova_cells.global_api.router.endings import STORE
from nova_cells.journal.record import Record
from nova_cells.runtime.clock import seconds

DRAIN = "drain"
PAUSED, TOTAL, EVACUATES = "paused", "total", "evacuates"
FIRST_REST, LONGEST_REST = seconds(2), seconds(60)
"""How long a server is left alone after a move of it has failed; twice as long after the next.

Most of those that fail were busy for a moment.
"""
_i, _o = server_index.c, journal.operations.c


@dataclass(frozen=True)
class Standing:
    """Servers by uuid: all that are left, those on their way, and why others could not go."""

    left: list[str]
    moving: set[str]
    stuck: dict[str, str]
    resting: set[str]

    @property
    def ready(self) -> list[str]:
        """Those to be moved next."""
        return [each for each in self.left if each not in self.moving | self.resting]


def is_wanted(connection: Connection, cell: str, *, evacuates: bool = False) -> bool:
    """Whether the cell is still to be emptied, in this way."""
    state = connection.execute(select(cells.c.state).where(cells.c.uuid == cell)).scalar()
    return bool(state == (FENCED if evacuates else DRAINING))


def count(connection: Connection, cell: str) -> int:
    """How many servers live there."""
    query = select(func.count()).where(_i.cell_uuid == cell, _i.deleted.is_(False))
    return int(connection.execute(query).scalar_one())


def standing(connection: Connection, cell: str, now: int) -> Standing:
    """Where the cell stands."""
    here = select(_i.uuid).where(_i.cell_uuid == cell, _i.deleted.is_(False)).order_by(_i.uuid)
    left = list(connection.scalars(here))
    moves = select(_o.subject, _o.open, _o.finished_at, _o.message).where(
        _o.place == cell, _o.kind.in_(KINDS), _o.subject.in_(here)
    )
    newest: dict[str, Any] = {}
    tries: Counter[str] = Counter()
    for row in connection.execute(moves.order_by(_o.started_at)):
        newest[row.subject] = row
        tries[row.subject] += 1
    failed = {uuid: row for uuid, row in newest.items() if not row.open}
    return Standing(
        left=left,
        moving={uuid for uuid, row in newest.items() if row.open},
        stuck={uuid: row.message or "" for uuid, row in failed.items()},
        resting={u for u, row in failed.items() if row.finished_at + _rest(tries[u]) > now},
    )


def _rest(tries: int) -> int:
    return min(FIRST_REST * 2 ** min(tries - 1, 10), LONGEST_REST)


def current(connection: Connection, cell: str) -> Record | None:
    """The drain of a cell that is under way, its row locked."""
    drains = (_o.subject == cell, _o.kind == DRAIN, _o.open)
    found = connection.execute(select(_o.id).where(*drains)).scalar()
    return STORE.get(connection, found, lock=True) if found is not None else None


def pause(connection: Connection, cell: str, now: int, *, paused: bool) -> bool:
    """Begin no more moves, or go on; answers whether there is a drain."""
    record = current(connection, cell)
    if record is None:
        return False
    record.arguments[PAUSED] = paused
    record.wake_at = now
    STORE.update(connection, record)
    return True
