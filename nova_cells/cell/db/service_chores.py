# SPDX-License-Identifier: Apache-2.0
"""The list of work with other services that no operation does: one chore of a kind a server.

It may be put off for as long as the server is in the hands of an operation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from nova_cells.cell.db.chore_list import ChoreList
from nova_cells.cell.db.tables.chores import service_chores

SWEEP, ACT, ANSWER = "sweep", "act", "answer"
"""Take from services what they have too much of a server; begin an operation that had to wait; tell
a service that waits for one that it will not be.
"""


@dataclass(frozen=True)
class Wished:
    """An operation that is to begin by itself; `about`: the port or volume, in one word."""

    uuid: str
    kind: str
    arguments: dict[str, Any]
    about: str = ""


LIST = ChoreList(service_chores)


def sweep(connection: Connection, uuid: str, now: int, due_at: int) -> None:
    """Services may have more of this server than the cell knows."""
    LIST.put(connection, [_row(SWEEP, uuid, (), {}, now, due_at)])


def act(connection: Connection, wished: Iterable[Wished], now: int) -> None:
    """Begin these when their servers are free; the same asked for twice is done once."""
    rows = {}
    for each in wished:
        document = {"kind": each.kind, "arguments": each.arguments}
        row = _row(ACT, each.uuid, (each.kind, each.about), document, now, now)
        rows[row["id"]] = row
    if rows:
        LIST.put(connection, list(rows.values()))


def answer(connection: Connection, wished: Wished, now: int) -> None:
    """Nobody does this any more, and its service waits to be told."""
    document = {"kind": wished.kind, "arguments": wished.arguments}
    more = (wished.kind, wished.about)
    LIST.put(connection, [_row(ANSWER, wished.uuid, more, document, now, now)])


def _row(
    kind: str, uuid: str, more: tuple[str, ...], document: dict[str, Any], now: int, due_at: int
) -> dict[str, Any]:
    return {
        "id": "/".join((kind, uuid, *more)),
        "kind": kind,
        "uuid": uuid,
        "document": document,
        "due_at": due_at,
        "tries": 0,
        "created_at": now,
    }
