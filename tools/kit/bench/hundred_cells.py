# SPDX-License-Identifier: Apache-2.0
"""A hundred cells in one process: lists with none and with half of them down, and two more.

How far the index lags behind fifty changes a second, and how soon a cell that is added is known.
"""

from __future__ import annotations

import statistics
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

from nova_cells.cli import config
from nova_cells.contracts import INTERFACES, Cell, Changes, FaultCode, Refused
from nova_cells.global_api import cell_registry
from nova_cells.global_api.index.query import ServerQuery
from nova_cells.global_api.side import GlobalSide
from nova_cells.objects import CellFacts, FeedItem, Flavor, ImageFacts, Instance, RequestSpec
from nova_cells.runtime.clock import now, seconds
from nova_cells.runtime.db import Database, schema
from nova_cells.runtime.messaging import Bus

CELLS = 100
SERVERS = 10
PROJECT = str(uuid.uuid4())
RATE = 50
CHANGES = 500


class QuietCell:
    """Says that it is there, and tells what it is told to tell."""

    def __init__(self, number: int) -> None:
        self.uuid = str(uuid.uuid4())
        self.name = f"cell{number}"
        self.url = f"local://{self.name}-{self.uuid[:8]}"
        self.bus = Bus(self.url)
        self.servers = [_server(f"{self.name}-{each}") for each in range(SERVERS)]
        self.changes = self.bus.client(Changes)
        self.asked_at: float | None = None
        self._server = self.bus.serve(Cell, self, address=self.name, threads=1)
        self._server.start()

    def stop(self) -> None:
        self._server.stop()
        self.bus.close()

    def facts(self) -> CellFacts:
        self.asked_at = self.asked_at or time.perf_counter()
        return CellFacts(cell=self.uuid, publisher=self.name, serial=1, published_at=now())

    def heads(self, after: str, limit: int) -> list[Instance]:
        return [each for each in sorted(self.servers, key=_uuid) if each.uuid > after][:limit]

    def hosts(self) -> list[Any]:
        return []

    def migrations(self, after: str, limit: int) -> list[Any]:
        return []

    def mark(self, least: int, mark: int) -> int:
        return least

    def put_bundle(self, bundle: Any) -> int:
        return int(bundle.generation)

    def __getattr__(self, method: str) -> Any:
        """Whatever else a cell may be asked."""
        if method not in INTERFACES["cell"].methods:
            raise AttributeError(method)

        def refuse(**_arguments: Any) -> Any:
            raise Refused(FaultCode.NOT_SUPPORTED, f"this cell does no {method}")

        return refuse

    def change(self, number: int) -> Instance:
        """A newer version of one of its servers, not yet told."""
        at = number % SERVERS
        known = self.servers[at]
        self.servers[at] = known.replace(revision=known.revision + 1, updated_at=now())
        return self.servers[at]


def run() -> dict[str, Any]:
    """Times in milliseconds and seconds; a ratio above 1 means that cells that are down cost."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'global.sqlite'}"
        schema.upgrade(url, "global_api")
        database = Database(url, name="global")
        cells = [QuietCell(number) for number in range(CELLS)]
        for cell in cells[:-1]:
            cell_registry.create(database, cell.uuid, cell.name, cell.url)
        side = GlobalSide(config.load([], []), database, images=None)
        side.start()
        try:
            return _measure(side, cells)
        finally:
            side.stop()
            for cell in cells:
                cell.stop()


def _measure(side: GlobalSide, cells: list[QuietCell]) -> dict[str, Any]:
    wanted = (CELLS - 1) * SERVERS
    _until(lambda: side.index.count(ServerQuery(project_id=PROJECT)) >= wanted)
    figures: dict[str, Any] = {"cell_added_s": _added(side, cells[-1])}
    figures |= _lag(side, cells)
    none_down = _lists(side)
    for cell in cells[::2]:
        side.cells.get(cell.uuid).breaker.trip()
    half_down = _lists(side)
    return figures | {
        "list_all_up_ms": round(none_down * 1000, 2),
        "list_half_down_ms": round(half_down * 1000, 2),
        "list_ratio": round(half_down / none_down, 3),
    }


def _added(side: GlobalSide, cell: QuietCell) -> float:
    start = time.perf_counter()
    cell_registry.create(side.database, cell.uuid, cell.name, cell.url)
    _until(lambda: (known := side.cells.get(cell.uuid)) is not None and known.known)
    return round(time.perf_counter() - start, 2)


def _lists(side: GlobalSide) -> float:
    times = []
    for _ in range(41):
        start = time.perf_counter()
        side.index.list(ServerQuery(project_id=PROJECT, limit=100))
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def _lag(side: GlobalSide, cells: list[QuietCell]) -> dict[str, float]:
    """From a change in a cell until the index shows it, one change each 20 ms."""
    lags, begun = [], time.perf_counter()
    for number in range(CHANGES):
        time.sleep(max(0.0, begun + number / RATE - time.perf_counter()))
        cell = cells[number % len(cells)]
        start = time.perf_counter()
        server = cell.change(number)
        cell.changes.changes(cell=cell.uuid, items=[_item(server)])
        row = side.index.get(server.uuid)
        assert row is not None and row.revision >= server.revision
        lags.append(time.perf_counter() - start)
    lags.sort()
    return {
        "index_lag_median_ms": round(statistics.median(lags) * 1000, 2),
        "index_lag_p95_ms": round(lags[int(len(lags) * 0.95)] * 1000, 2),
        "changes_per_s": round(CHANGES / (time.perf_counter() - begun), 1),
    }


def _until(condition: Any) -> None:
    end = time.monotonic() + 120
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError("the cells were not all known within two minutes")
        time.sleep(0.02)


def _uuid(server: Instance) -> str:
    return str(server.uuid)


def _item(server: Instance) -> FeedItem:
    return FeedItem(
        kind="instance",
        key=server.uuid,
        epoch=server.epoch,
        revision=server.revision,
        version=Instance.VERSION,
        document=server.document(),
    )


def _server(name: str) -> Instance:
    moment = now()
    spec = RequestSpec(
        uuid=str(uuid.uuid4()),
        project_id=PROJECT,
        user_id="user",
        request_id=f"req-{uuid.uuid4()}",
        created_at=moment,
        deadline=moment + seconds(60),
        name=name,
        hostname=name,
        flavor=Flavor(id=1, flavorid="1", name="m1.tiny", vcpus=1, memory_mb=64, root_gb=1),
        image=ImageFacts(id=str(uuid.uuid4()), name="guest"),
        reservation_id="r-12345678",
    )
    server = Instance.from_spec(spec)
    server.vm_state, server.task_state = "active", None
    return server
