# SPDX-License-Identifier: Apache-2.0
"""The cells there are, at any moment. A change of the table takes effect within seconds everywhere.

A process holds one bus per cell. It hears the facts of all; only a router serves their changes.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid as uuids
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from typing import Any

from sqlalchemy import Connection, select

from nova_cells.clients import references
from nova_cells.contracts import Changes, Facts, Outcome
from nova_cells.global_api.cell_rules import CellRules
from nova_cells.global_api.cell_states import served
from nova_cells.global_api.db.tables.cells import cells
from nova_cells.global_api.router.cell_handle import CellHandle, CellRow
from nova_cells.objects import CellFacts
from nova_cells.runtime.db import Database, DatabaseFault
from nova_cells.runtime.messaging import Bus

LOG = logging.getLogger(__name__)

_c = cells.c
_ROWS = select(_c.uuid, _c.name, _c.transport_url, _c.state, _c.generation, _c.rules, _c.mark)

_STOP_PATIENCE = 2.0
_IMPATIENCE = 0.9
"""Seconds: with the look at the list and the wait before, a breaker opens within three."""

ChangesEndpoint = Callable[[CellHandle], object]


class FactsEndpoint:
    """Hears what one cell publishes of itself."""

    def __init__(self, cell: CellHandle, listeners: list[Callable[[CellHandle], None]]) -> None:
        self._cell = cell
        self._listeners = listeners

    def facts(self, facts: CellFacts) -> None:
        self._cell.hear(facts)
        for listener in self._listeners:
            listener(self._cell)


class CellDirectory:
    """All cells by uuid. `changes` makes the endpoint a router serves on each cell's bus."""

    def __init__(
        self,
        database: Database,
        *,
        silence: float,
        deployment: str | None = None,
        conf: Any = None,
        changes: ChangesEndpoint | None = None,
    ) -> None:
        self._database = database
        self._silence = silence
        self._deployment = deployment
        self._unreadable: set[str] = set()
        self._conf = conf
        self._changes = changes
        self._address = f"global-{uuids.uuid4()}"
        self._lock = threading.Lock()
        self._open: dict[str, CellHandle] = {}
        self._servers: dict[str, list[Any]] = {}
        self._probing: set[str] = set()
        self._probes = ThreadPoolExecutor(8, thread_name_prefix="probe")
        self._stopped = False
        self.listeners: list[Callable[[CellHandle], None]] = []

    def all(self) -> list[CellHandle]:
        """Every cell, disabled ones too."""
        return list(self._open.values())

    def offer(self, trait: str) -> bool:
        """Whether some host has the trait; while no cell has told of its hosts, some may."""
        told = [cell.capacity for cell in self.all() if cell.capacity.told]
        return not told or any(capacity.offers(trait) for capacity in told)

    def get(self, uuid: str | None) -> CellHandle | None:
        """The cell of this uuid, if there is one now."""
        return self._open.get(uuid) if uuid is not None else None

    def fresh(self, uuid: str | None) -> bool:
        """Whether servers of this cell may be shown as they are known here."""
        if uuid is None:
            return True
        cell = self._open.get(uuid)
        return cell is not None and cell.fresh

    def refresh(self) -> None:
        """Bring what is open in line with the table, then look after cells that are silent."""
        rows = self._rows()
        with self._lock:
            if self._stopped:
                return
            for cell in list(self._open.values()):
                if cell.uuid not in rows:
                    del self._open[cell.uuid]
                    self._close(cell)
            for row in rows.values():
                self._follow(row)
        self._probe_silent()

    def _rows(self) -> dict[str, CellRow]:
        """What the table says, with the URLs themselves. One that can't be had stays as it was."""
        rows = {}
        for uuid, name, url, state, generation, rules, mark in self._database.read(_read):
            try:
                url = references.resolve(url, self._conf)
                self._unreadable.discard(uuid)
            except references.SecretMissing as missing:
                if uuid not in self._unreadable:
                    LOG.error("Cell %s (%s): its transport URL: %s", name, uuid, missing)
                self._unreadable.add(uuid)
                if uuid not in self._open:
                    continue
                url = self._open[uuid].row.transport_url
            rows[uuid] = CellRow(uuid, name, url, state, generation, CellRules.of(rules), mark)
        return rows

    def start(self) -> None:
        """Open what there is. A database that is away now is read at the next refresh."""
        try:
            self.refresh()
        except DatabaseFault as fault:
            LOG.warning("The list of cells can't be read yet: %s", fault)

    def stop(self) -> None:
        """Close every bus, all at once; a dead broker is not waited for."""
        with self._lock:
            self._stopped = True
            closing = [(cell, self._servers.pop(uuid)) for uuid, cell in self._open.items()]
            self._open.clear()
        self._probes.shutdown(wait=False, cancel_futures=True)
        threads = [Thread(target=_shut, args=pair, daemon=True) for pair in closing]
        for thread in threads:
            thread.start()
        end = time.monotonic() + _STOP_PATIENCE
        for thread in threads:
            thread.join(max(0.0, end - time.monotonic()))

    def _follow(self, row: CellRow) -> None:
        """Know a cell as its row says. One that moved is never missing in between: a cell that is
        not there counts as removed, and its servers would be built elsewhere."""
        known = self._open.get(row.uuid)
        if known is not None and known.row.transport_url == row.transport_url:
            known.row = row
            return
        if known is not None:
            self._close(known)
        self._open_cell(row)

    def _open_cell(self, row: CellRow) -> None:
        cell = CellHandle(
            row,
            Bus(row.transport_url, self._conf),
            silence=self._silence,
            deployment=self._deployment,
        )
        self._open[row.uuid] = cell
        self._servers[row.uuid] = []
        Thread(target=self._listen, args=(cell,), name=f"open {row.name}", daemon=True).start()
        LOG.info("Cell %s (%s) is known now", row.name, row.uuid)

    def _listen(self, cell: CellHandle) -> None:
        """Hear the cell's feed. Apart from `refresh`, because a dead broker keeps this waiting."""
        endpoint = FactsEndpoint(cell, self.listeners)
        servers = [cell.bus.serve(Facts, endpoint, address=self._address, threads=1)]
        if self._changes is not None:
            changes = self._changes(cell)
            servers.append(cell.bus.serve(Changes, changes, address=self._address, threads=2))
        for server in servers:
            server.start()
        with self._lock:
            if self._open.get(cell.uuid) is cell:
                self._servers[cell.uuid] = servers
                return
        _shut(cell, servers)

    def _close(self, cell: CellHandle) -> None:
        """End its bus; whoever calls has it replaced, or taken it out of what is open."""
        servers = self._servers.pop(cell.uuid)
        Thread(target=_shut, args=(cell, servers), name=f"close {cell.name}", daemon=True).start()
        LOG.info("Cell %s (%s) is closed", cell.name, cell.uuid)

    def _probe_silent(self) -> None:
        for cell in self.all():
            well = cell.answers and cell.known and not cell.quiet
            if well or not served(cell.row.state):
                continue
            with self._lock:
                if cell.uuid in self._probing or self._stopped:
                    continue
                self._probing.add(cell.uuid)
            self._probes.submit(self._probe, cell)

    def _probe(self, cell: CellHandle) -> None:
        """Ask how it is. One that owes answers and can't say that is not waited for by others."""
        try:
            if cell.answers and cell.known:
                cell.lives(_IMPATIENCE)
                return
            cell.hear(cell.call("facts", deadline=3.0))
            for listener in self.listeners:
                listener(cell)
        except Outcome as outcome:
            LOG.debug("Cell %s does not answer: %s", cell.name, outcome)
        finally:
            self._probing.discard(cell.uuid)


def _shut(cell: CellHandle, servers: list[Any]) -> None:
    for server in servers:
        server.stop()
    cell.bus.close()


def _read(connection: Connection) -> list[Any]:
    return list(connection.execute(_ROWS))
