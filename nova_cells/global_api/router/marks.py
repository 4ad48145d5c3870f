# SPDX-License-Identifier: Apache-2.0
"""Finds out that a cell's database was put back from a backup, before it is believed for long.

The global side has each cell write down a number that only grows, and keeps the number only after
the cell did. So a cell that knows a lower one has forgotten what it once had for good.
"""

from __future__ import annotations

import logging
import time

from sqlalchemy import Connection, select, update

from nova_cells.contracts import Outcome, Refused
from nova_cells.global_api.cell_states import RESTORED
from nova_cells.global_api.cells import CellDirectory
from nova_cells.global_api.db.tables.cells import cells
from nova_cells.global_api.router.cell_handle import CellHandle
from nova_cells.runtime.clock import now
from nova_cells.runtime.db import Database
from nova_cells.runtime.periodic import Periodic

LOG = logging.getLogger(__name__)


class Marks:
    """A router's loop. A conductor that was not heard before is asked at once, all now and then."""

    def __init__(
        self, database: Database, directory: CellDirectory, *, interval: float, every: float
    ) -> None:
        self._database = database
        self._directory = directory
        self._every = every
        self._asked: dict[tuple[str, str], float] = {}
        self._loop = Periodic("cell-marks", interval, self.round)

    def start(self) -> None:
        self._loop.start()

    def stop(self) -> None:
        self._loop.stop()

    def round(self) -> None:
        """Ask the cells whose time has come."""
        moment = time.monotonic()
        for cell in self._directory.all():
            if cell.facts is None or not cell.answers:
                continue
            key = (cell.uuid, cell.facts.publisher)
            since = self._asked.get(key)
            if since is not None and moment - since < self._every:
                continue
            try:
                self.ask(cell, step=0 if since is None else 1)
            except Outcome as outcome:
                LOG.info("Cell %s was not asked for its mark: %s", cell.name, outcome)
                if not isinstance(outcome, Refused):
                    continue
            self._asked[key] = moment
        for key in [key for key, at in self._asked.items() if moment - at > 10 * self._every]:
            del self._asked[key]

    def ask(self, cell: CellHandle, *, step: int = 1) -> None:
        """Have a cell write down the next number, or find that it forgot the last one.

        `step` 0: only look; nothing is written anywhere.
        """
        least = self._database.read(lambda connection: _mark(connection, cell.uuid))
        if least is None:
            return
        known = cell.call("mark", deadline=3.0, least=least, mark=least + step)
        if known < least:
            self._database.write(lambda connection: _restored(connection, cell.uuid))
            LOG.critical(
                "Cell %s (%s) has forgotten what it was told (%d, not %d): its database was put "
                "back from a backup. It is not believed until `nova-cells-manage cell readmit`.",
                cell.name,
                cell.uuid,
                known,
                least,
            )
            self._directory.refresh()
            return
        if step:
            self._database.write(lambda c: _advance(c, cell.uuid, least + step))


def _mark(connection: Connection, uuid: str) -> int | None:
    return connection.execute(select(cells.c.mark).where(cells.c.uuid == uuid)).scalar()


def _advance(connection: Connection, uuid: str, mark: int) -> None:
    changed = update(cells).where(cells.c.uuid == uuid, cells.c.mark < mark)
    connection.execute(changed.values(mark=mark))


def _restored(connection: Connection, uuid: str) -> None:
    """Closed to all; `generation` has everybody notice."""
    changed = update(cells).where(cells.c.uuid == uuid)
    values = {"state": RESTORED, "generation": cells.c.generation + 1, "updated_at": now()}
    connection.execute(changed.values(**values))
