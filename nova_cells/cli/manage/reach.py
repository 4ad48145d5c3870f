# SPDX-License-Identifier: Apache-2.0
"""What a verb can reach: the global database, a cell's own, a cell's conductors."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from nova_cells.cli.config import require
from nova_cells.clients import references
from nova_cells.contracts import Cell
from nova_cells.global_api.cell_registry import CellEntry
from nova_cells.global_api.cell_states import ENABLED
from nova_cells.global_api.router.cell_handle import CellHandle, CellRow
from nova_cells.runtime.db import Database
from nova_cells.runtime.messaging import Bus

URL_VARIABLE = "NOVA_CELLS_TRANSPORT_URL"


class Reach:
    """Opens what is asked for, once, and closes it at the end."""

    def __init__(self, conf: Any) -> None:
        self.conf = conf
        self._database: Database | None = None
        self._buses: list[Bus] = []

    @property
    def global_url(self) -> str:
        """URL of the global database."""
        require(self.conf, "database.connection")
        return self.conf.database.connection

    @property
    def cell_url(self) -> str:
        """URL of the database of the cell this configuration file is for."""
        require(self.conf, "cell.connection")
        return self.conf.cell.connection

    @property
    def database(self) -> Database:
        """The global database."""
        if self._database is None:
            self._database = Database(self.global_url, name="global")
        return self._database

    def cell(self, entry: CellEntry) -> Any:
        """A client of a cell's conductors."""
        return self._bus(entry).client(Cell)

    def handle(self, entry: CellEntry) -> CellHandle:
        """A cell to be asked, however it stands with the routers."""
        row = CellRow(entry.uuid, entry.name, entry.transport, ENABLED, 0)
        return CellHandle(row, self._bus(entry), silence=3600.0)

    def _bus(self, entry: CellEntry) -> Bus:
        bus = Bus(references.resolve(entry.transport_url, self.conf), self.conf)
        self._buses.append(bus)
        return bus

    def transport_url(self, file: str | None) -> str | None:
        """A transport URL from a file ("-": standard input), the environment or [cell].

        Never from an argument: process lists are public.
        """
        if file == "-":
            return sys.stdin.read().strip()
        if file:
            return Path(file).read_text().strip()
        return os.environ.get(URL_VARIABLE) or self.conf.cell.transport_url

    def close(self) -> None:
        """Give everything back."""
        for bus in self._buses:
            bus.close()
        if self._database is not None:
            self._database.close()
