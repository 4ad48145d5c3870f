# SPDX-License-Identifier: Apache-2.0
"""What becomes of a host's report: its operation goes on, or what came late is settled.

What the journal no longer wants is taken too, and forgotten: a host reports until it is heard.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from nova_cells.journal.events import absorb
from nova_cells.journal.turn import Notes
from nova_cells.journal.turns import Turns


def take(turns: Turns, connection: Connection, notes: Notes, report: Any) -> None:
    """One `WorkReport`."""
    record = turns.store.get(connection, report.operation, lock=True)
    if record is None or not record.open or record.attempt != report.attempt:
        _settle(turns, connection, notes, report)
        return
    turn = turns.load(connection, notes, record)
    if turn is None:
        return
    if absorb(turn, report, turns.subjects, turns.patience):
        turns.go_on(turn)
    else:
        _settle(turns, connection, notes, report)


def _settle(turns: Turns, connection: Connection, notes: Notes, report: Any) -> None:
    if not report.results or any(result.outcome != "done" for result in report.results):
        return
    if turns.subjects.settle(connection, notes, report):
        _settled(turns, connection, notes, report.operation)


def _settled(turns: Turns, connection: Connection, notes: Notes, operation: str) -> None:
    record = turns.store.get(connection, operation)
    if record is not None and turns.kinds.get(record.kind, record.kind_version) is not None:
        turn = turns.open(connection, notes, record, None)
        turn.operation.settled(turn)
