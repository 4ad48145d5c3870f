# SPDX-License-Identifier: Apache-2.0
"""Follows guests that changed their power state by themselves.

An instance with an operation in hand is left alone: its operation will say what became of it.
"""

from __future__ import annotations

from sqlalchemy import Connection

from nova_cells.cell.conductor.head import load
from nova_cells.cell.conductor.subjects import InstanceSubjects
from nova_cells.cell.conductor.transitions import ACTIVE, PAUSED, STOPPED
from nova_cells.journal.engine import Journal
from nova_cells.journal.turn import Notes

SHUT_DOWN, CRASHED = 4, 6


class PowerSync:
    """Applies what an agent saw."""

    def __init__(self, journal: Journal, subjects: InstanceSubjects) -> None:
        self._journal = journal
        self._subjects = subjects

    def apply(self, host: str, states: dict[str, int]) -> int:
        """Answers how many instances changed."""
        changed = [self._apply_one(host, uuid, state) for uuid, state in sorted(states.items())]
        return sum(changed)

    def _apply_one(self, host: str, uuid: str, state: int) -> bool:
        return self._journal.transact(lambda c, notes: self._one(c, notes, host, uuid, state))

    def _one(self, connection: Connection, notes: Notes, host: str, uuid: str, state: int) -> bool:
        head = load(connection, uuid, lock=True)
        if head is None or head["host"] != host or head["operation"] or head["deleted_at"]:
            return False
        if head["power_state"] == state:
            return False
        head.set(power_state=state)
        if head["vm_state"] in (ACTIVE, PAUSED) and state in (SHUT_DOWN, CRASHED):
            head.set(vm_state=STOPPED)
        now = self._journal.clock()
        self._subjects.write(connection, notes, head, now, answered=False)
        return True
