# SPDX-License-Identifier: Apache-2.0
"""Two cells and a router in one thread: each a real one on a database of its own, and each mortal.

What one asks of another goes through `Handle`; whoever dies in a call leaves the caller with an
unknown outcome, as a real process would.
"""

from __future__ import annotations

import logging
import tempfile
import unittest
from collections import deque
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select

from nova_cells.contracts import Unknown
from nova_cells.global_api import cell_states, wishes
from nova_cells.global_api.db.tables import metadata
from nova_cells.global_api.db.tables.cells import cells
from nova_cells.global_api.db.tables.mappings import instance_mappings
from nova_cells.global_api.db.tables.operations import journal
from nova_cells.global_api.db.tables.server_index import server_index
from nova_cells.global_api.index import write
from nova_cells.global_api.index.write import Head
from nova_cells.global_api.operations.engine import GlobalWorker
from nova_cells.global_api.router.choose import Choice
from nova_cells.runtime import crash
from nova_cells.runtime.clock import ManualClock
from nova_cells.runtime.db import Database
from tests.unit.cell.conductor.test_crashes import UUID, MortalWorld
from tests.unit.cell.conductor.world import empty, new_database
from tests.unit.global_api.world import make_tables

EAST, WEST = "aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002"
ROUNDS = 120


class Handle:
    """A cell as the router sees it. `away`: it does not answer."""

    def __init__(self, uuid: str, world: MortalWorld) -> None:
        self.uuid, self.name, self.world = uuid, uuid[-1], world
        self.away = False
        self.overheard: Callable[[str, dict[str, Any]], None] = lambda method, told: None
        self.row = SimpleNamespace(state="enabled", enabled=True)
        self.answers = True

    def call(self, method: str, *, deadline: float | None = None, **arguments: Any) -> Any:
        crash.reach(f"rpc:before:{method}")
        self.overheard(method, arguments)
        if self.away:
            raise Unknown("no answer")
        try:
            answer = getattr(self.world.cell, method)(**arguments)
        except crash.Crash as death:
            self.world.reborn_surely()
            raise Unknown("it died") from death
        crash.reach(f"rpc:after:{method}")
        return answer


class TwoCells:
    """`east` has what is built; `west` has room. `run` lets all come to its end."""

    def __init__(self, databases: tuple[Database, Database, Database]) -> None:
        self.database = databases[0]
        self.clock = ManualClock()
        self.east = self.world(databases[1], {"e1": {}, "e2": {}})
        self.west = self.world(databases[2], {"w1": {}, "w2": {}})
        self.handles = {EAST: Handle(EAST, self.east), WEST: Handle(WEST, self.west)}
        self.jobs: deque[Any] = deque()
        self.heard = {EAST: 0, WEST: 0}
        self.reborn()

    def world(self, database: Database, hosts: dict[str, dict[str, Any]]) -> Any:
        """One of the cells."""
        return MortalWorld(database, hosts)

    def get(self, uuid: str | None) -> Any:
        return self.handles.get(uuid or "")

    def all(self) -> list[Any]:
        return list(self.handles.values())

    def fenced(self, cell: str = EAST) -> None:
        """Its hosts are off, it does not answer, and an operator says so."""
        self.handles[cell].away = True
        for host in self.handles[cell].world.hosts.values():
            host.alive = False
        self.say(cell, cell_states.FENCED)

    def back(self, cell: str = EAST) -> str:
        """It answers as it was, and is believed; answers the operation that tells it the news."""
        self.handles[cell].away = False
        self.say(cell, cell_states.DISABLED)
        return self.worker.operations.readmit(cell)

    def say(self, cell: str, state: str) -> None:
        """What an operator says a cell is."""
        row = {"uuid": cell, "name": cell[-1], "transport_url": "local://", "rules": {}, "mark": 0}
        row |= {"state": state, "generation": 1, "created_at": 1}

        def work(connection: Any) -> None:
            connection.execute(cells.delete().where(cells.c.uuid == cell))
            connection.execute(cells.insert(), row)

        self.database.write(work)

    def choose(self, spec: Any, tried: Any = (), only: Any = None) -> Choice:
        left = [handle for uuid, handle in self.handles.items() if uuid not in tried]
        return Choice(left[0] if left else None)  # type: ignore[arg-type]

    def reborn(self) -> None:
        """A new router process."""
        self.jobs.clear()
        self.worker = GlobalWorker(
            self.database,
            self,
            self,
            interval=1.0,
            timeout=600.0,
            parallel=2,
            clock=self.clock,
            put=self.jobs.append,
        )

    def move(self, uuid: str = UUID, **wish: Any) -> str:
        """Ask for a move; whoever asks and dies asks nobody."""
        operation: str = self.worker.operations.move(uuid, **wish)
        return operation

    def built(self, **changes: Any) -> None:
        """A server in the east that the index knows."""
        wish = self.east.wish.replace(**changes)
        self.database.write(lambda connection: wishes.remember(connection, [wish]))
        assert self.east.build(wish).accepted
        self.east.settle()
        self.listen()

    def listen(self) -> None:
        """The index hears what the cells publish."""
        for uuid, handle in self.handles.items():
            handle.world.publish()
            feed = handle.world.wire.feed
            items = [item for item in feed[self.heard[uuid] :] if item.kind == "instance"]
            heads = [Head(item.document, uuid, item.version) for item in items]
            if heads:
                for _twice in range(2):
                    self._mortally(partial(self._take, heads))
            self.heard[uuid] = len(feed)

    def _take(self, heads: list[Head]) -> None:
        self.database.write(lambda connection: write.apply(connection, heads))

    def run(self, rounds: int = ROUNDS) -> None:
        """Until no global operation is open."""
        for _round in range(rounds):
            self.step()
            if not self.open_operations():
                self.settle()
                return
        raise AssertionError(f"still open: {self.open_operations()}")

    def settle(self) -> None:
        """The cells end what they still have to do; the router has none of it left."""
        for world in (self.east, self.west):
            world.return_hosts()
        self.listen()

    def step(self, seconds: float = 10.0) -> None:
        """Everybody does what there is to do, then time passes."""
        while self.jobs:
            self._mortally(self.jobs.popleft())
        for world in (self.east, self.west):
            world.deliver()
            world.pass_time(seconds)
            world.deliver()
        self.clock.advance(seconds)
        self._mortally(self.worker.recovery.round)

    def _mortally(self, work: Any) -> None:
        try:
            work()
        except crash.Crash:
            self.reborn()

    def rows(self, table: Any) -> list[Any]:
        return self.database.read(lambda c: list(c.execute(select(table)).mappings()))

    def open_operations(self) -> list[Any]:
        return [row for row in self.rows(journal.operations) if row["open"]]

    def owner(self, uuid: str = UUID) -> tuple[str | None, int]:
        """Mapping: cell and epoch."""
        [row] = [row for row in self.rows(instance_mappings) if row["uuid"] == uuid]
        return row["cell_uuid"], row["epoch"]

    def shown(self, uuid: str = UUID) -> Any:
        """The one row of the index."""
        [row] = [row for row in self.rows(server_index) if row["uuid"] == uuid]
        return row

    def operation(self, identity: str) -> Any:
        [row] = [row for row in self.rows(journal.operations) if row["id"] == identity]
        return row


class TwoCellsCase(unittest.TestCase):
    """A fresh pair of cells; `again` empties their databases for another run."""

    kind: type[TwoCells] = TwoCells

    def setUp(self) -> None:
        super().setUp()
        logging.disable(logging.CRITICAL)  # cells refuse on purpose
        self.addCleanup(logging.disable, logging.NOTSET)
        folder = tempfile.TemporaryDirectory(prefix="nova-cells-two-")
        self.addCleanup(folder.cleanup)
        url = f"sqlite:///{folder.name}/global.db"
        make_tables(url)
        database = Database(url, name="global")
        self.addCleanup(database.close)
        self.databases = (database, new_database(self), new_database(self))
        self.cloud: Any = self.kind(self.databases)

    def again(self) -> Any:
        """As at the beginning."""
        database, east, west = self.databases
        database.write(lambda c: [c.execute(table.delete()) for table in metadata.sorted_tables])
        empty(east)
        empty(west)
        return self.kind(self.databases)
