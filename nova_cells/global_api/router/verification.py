# SPDX-License-Identifier: Apache-2.0
"""Compares the index with the cells all the time, one cell after the other, and repairs it.

Nothing should ever be found: what is, is told in the log and counted as drift.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable

from nova_cells.contracts import Outcome
from nova_cells.global_api.cells import CellDirectory
from nova_cells.global_api.index.check import Difference, IndexCheck
from nova_cells.global_api.router.cell_handle import CellHandle
from nova_cells.runtime import metrics
from nova_cells.runtime.db import Database
from nova_cells.runtime.metrics import Figure
from nova_cells.runtime.periodic import Periodic

LOG = logging.getLogger(__name__)

DRIFT = metrics.Metric(
    "index_drift", "Servers on which index and cell did not agree at the last look.", ("cell",)
)
LAG = metrics.Metric(
    "index_lag_seconds", "Age of what a cell told last when it was in the index.", ("cell",)
)
REPAIRED = metrics.Metric(
    "index_repairs", "Rows of the index that were corrected from a cell.", ("cell",), grows=True
)


class Verification:
    """A router's loop; a cell is looked at again `every` so many seconds."""

    def __init__(
        self,
        database: Database,
        directory: CellDirectory,
        *,
        interval: float,
        every: float,
        check: IndexCheck | None = None,
    ) -> None:
        self._directory = directory
        self._every = every
        self._check = check or IndexCheck(database)
        self._looked: dict[str, float] = {}
        self._drift: dict[str, int] = {}
        self._repaired: dict[str, int] = {}
        self._loop = Periodic("index-verification", interval, self.round)
        metrics.tell_of(self)

    def start(self) -> None:
        self._loop.start()

    def stop(self) -> None:
        self._loop.stop()

    def figures(self) -> Iterable[Figure]:
        """Lag, drift and repairs of each cell."""
        for handle in self._directory.all():
            if handle.lag is not None:
                yield LAG.at(handle.lag, handle.name)
        for cell, number in list(self._drift.items()):
            yield DRIFT.at(number, cell)
        for cell, number in list(self._repaired.items()):
            yield REPAIRED.at(number, cell)

    def round(self) -> None:
        """Look at the cell that was not looked at for longest, if it is its turn."""
        moment = time.monotonic()
        known = [cell for cell in self._directory.all() if cell.known and cell.answers]
        due = [cell for cell in known if moment - self._since(cell) >= self._every]
        if not due:
            return
        cell = min(due, key=self._since)
        self._looked[cell.uuid] = moment
        try:
            self.verify(cell)
        except Outcome as outcome:
            LOG.info("Cell %s could not be compared with the index: %s", cell.name, outcome)

    def verify(self, cell: CellHandle) -> list[Difference]:
        """Compare one cell and repair what differs; answers what differed."""
        found = self._check.differences(cell)
        self._drift[cell.name] = len(found)
        for difference in found:
            repaired = self._check.repair(cell, difference, forgets=False)
            LOG.log(
                logging.WARNING if repaired else logging.ERROR,
                "Index: server %s of project %s was %s in cell %s; %s",
                difference.uuid,
                difference.project_id,
                difference.kind,
                cell.name,
                "repaired" if repaired else "left as it is",
            )
            self._repaired[cell.name] = self._repaired.get(cell.name, 0) + repaired
        return found

    def _since(self, cell: CellHandle) -> float:
        """A cell that was just opened is given its time, so that all are not looked at at once."""
        return self._looked.setdefault(cell.uuid, time.monotonic())
