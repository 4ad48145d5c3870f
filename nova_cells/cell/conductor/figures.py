# SPDX-License-Identifier: Apache-2.0
"""What a conductor tells of its cell: what is under way, what has ended, what is still owed.

What is under way is read from the database when somebody looks, so every conductor of a cell says
the same of it: take one, not the sum. What has ended each of them counts for itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from nova_cells.cell.db import image_chores, service_chores
from nova_cells.journal.engine import Journal
from nova_cells.runtime import metrics
from nova_cells.runtime.db import Database, DatabaseFault
from nova_cells.runtime.metrics import Figure, Metric

UNDER_WAY = Metric(
    "operations", "Operations of a cell that are under way, by kind.", ("cell", "kind")
)
ENDED = Metric(
    "operations_ended",
    "Operations that this process brought to their end, by kind and result.",
    ("cell", "kind", "result"),
    grows=True,
)
CHORES = Metric(
    "chores", "Work with images and services that is still to be done.", ("cell", "list", "kind")
)
LISTS = {"image": image_chores.LIST, "service": service_chores.LIST}


class CellFigures:
    """A part of the metrics."""

    def __init__(self, database: Database, journal: Journal, cell: str) -> None:
        self._database = database
        self._journal = journal
        self._cell = cell
        metrics.tell_of(self)

    def figures(self) -> Iterator[Figure]:
        """Those of the database are left out while it is away."""
        for (kind, result), number in self._journal.tally.ended().items():
            yield ENDED.at(number, self._cell, kind, result)
        try:
            yield from self._database.read(self._read)
        except DatabaseFault:
            return

    def _read(self, connection: Connection) -> list[Figure]:
        open_now = self._journal.store.counted_by_kind(connection)
        found = [UNDER_WAY.at(number, self._cell, kind) for kind, number in open_now.items()]
        for name, chores in LISTS.items():
            counted = chores.counted(connection)
            found += [CHORES.at(number, self._cell, name, kind) for kind, number in counted.items()]
        return found
