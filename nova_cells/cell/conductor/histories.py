# SPDX-License-Identifier: Apache-2.0
"""What was done to a server goes with it to another cell: its closed operations, as they are shown.

They keep their ids, so a request that is repeated there is known to be done. What operations were
told and found out stays here, but for what the public record needs.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection

from nova_cells.journal.engine import Journal
from nova_cells.journal.record import Record, StepRecord
from nova_cells.journal.waiting import REFUSAL

MOST = 200
"""The newest so many go along."""

Told = list[dict[str, Any]]


class Histories:
    """`history` and `remember` of the cell's interface."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def history(self, uuid: str) -> Told:
        """Operations that are over, newest first, each {"record", "steps"}."""
        return self._journal.database.read(lambda c: self._history(c, uuid))

    def remember(self, uuid: str, history: Told) -> int:
        """Twice is once; one that is known here already stays as it is. Answers how many were not.

        Whatever the caller says, nothing of it is open here.
        """
        return self._journal.database.write(lambda c: self._remember(c, uuid, history))

    def _history(self, connection: Connection, uuid: str) -> Told:
        store = self._journal.store
        over = [record for record in store.of_subject(connection, uuid) if not record.open]
        return [
            {
                "record": asdict(record) | {"arguments": {}},
                "steps": [_shown(step) for step in store.steps_of(connection, record.id)],
            }
            for record in over[:MOST]
        ]

    def _remember(self, connection: Connection, uuid: str, history: Told) -> int:
        store, new = self._journal.store, 0
        for each in history:
            record = Record(**each["record"])
            if record.subject != uuid or store.get(connection, record.id) is not None:
                continue
            record.open, record.wake_at = False, None
            store.add(connection, record)
            store.add_steps(connection, [StepRecord(**step) for step in each["steps"]])
            new += 1
        return new


def _shown(step: StepRecord) -> dict[str, Any]:
    facts = {name: value for name, value in step.facts.items() if name == REFUSAL}
    return asdict(step) | {"facts": facts}
