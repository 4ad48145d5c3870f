# SPDX-License-Identifier: Apache-2.0
"""News from outside for an open operation: remembered before it is waited for, too."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from nova_cells.journal.model import Kinds
from nova_cells.journal.record import Record
from nova_cells.journal.turn import Notes
from nova_cells.journal.turns import Turns
from nova_cells.journal.waiting import HEARD


def hear(
    turns: Turns,
    connection: Connection,
    notes: Notes,
    record: Record,
    news: Mapping[str, str | None],
) -> None:
    """What is said under which name; None takes it back. It goes on if it waited."""
    told = {**(record.recall(HEARD) or {}), **news}
    record.remember(HEARD, {name: said for name, said in told.items() if said})
    if not _waits(turns.kinds, record):
        turns.store.remember(connection, record)
    elif (turn := turns.load(connection, notes, record)) is not None:
        record.wake_at = None
        turns.go_on(turn)


def _waits(kinds: Kinds, record: Record) -> bool:
    operation = kinds.get(record.kind, record.kind_version)
    if operation is None or not record.forward or record.cursor >= len(operation.steps):
        return False
    return operation.steps[record.cursor].until is not None
