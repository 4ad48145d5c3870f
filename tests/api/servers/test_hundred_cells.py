# SPDX-License-Identifier: Apache-2.0
"""A hundred cells in one process: a list costs the same however many of them are down."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from webob import Request

from nova_cells.global_api.app import make_app
from nova_cells.global_api.index.write import Head
from nova_cells.global_api.router.cell_handle import CellHandle
from nova_cells.objects import Instance
from tests.api.side_case import ADMIN, MEMBER, NEWEST, PROJECT
from tests.api.test_statements import counted
from tests.unit.global_api.scripted_cell import ScriptedCell
from tests.unit.global_api.world import World, spec

CELLS = 100
LISTS = (
    ("/servers", MEMBER),
    ("/servers/detail", MEMBER),
    ("/servers/detail?limit=10&sort_key=display_name", MEMBER),
    ("/servers/detail?all_tenants=1", ADMIN),
)


@contextmanager
def asked() -> Iterator[list[str]]:
    """What this thread asks cells meanwhile."""
    seen: list[str] = []
    here, call = threading.get_ident(), CellHandle.call

    def noted(self: CellHandle, method: str, **more: Any) -> Any:
        if threading.get_ident() == here:
            seen.append(method)
        return call(self, method, **more)

    CellHandle.call = noted
    try:
        yield seen
    finally:
        CellHandle.call = call


class HundredCellsTest(World):
    def setUp(self) -> None:
        super().setUp()
        self.cells = [self.cell(f"cell{number}", start=False) for number in range(CELLS)]
        quick = {"router__directory_interval": 1.0, "router__recovery_interval": 1.0}
        self.side = self.make_side(api__auth="noauth", router__cell_silence=60.0, **quick)
        self.addCleanup(self._end)
        self.side.cells.start()
        self.app = make_app(self.side)
        for number in range(0, CELLS, 10):
            heads = [self.head(cell) for cell in self.cells[number : number + 10]]
            self.side.index.apply(heads)

    def _end(self) -> None:
        self.side.cells.stop()

    def head(self, cell: ScriptedCell) -> Head:
        instance = Instance.from_spec(spec(PROJECT, name=f"in-{cell.name}"))
        instance.vm_state = "active"
        cell.instances[instance.uuid] = instance
        return Head(instance.document(), cell.uuid, Instance.VERSION)

    def get(self, path: str, token: str) -> dict[str, Any]:
        request = Request.blank(f"/v2.1{path}", environ={"REMOTE_ADDR": "127.0.0.1"})
        request.headers["X-Auth-Token"] = token
        request.headers["OpenStack-API-Version"] = f"compute 2.{NEWEST}"
        response = request.get_response(self.app)
        self.assertEqual(200, response.status_code, response.text)
        found: dict[str, Any] = orjson.loads(response.body)
        return found

    def costs(self) -> list[tuple[int, int, int]]:
        """Of each list: statements, calls to cells, servers."""
        found = []
        for path, token in LISTS:
            with counted() as statements, asked() as calls:
                servers = self.get(path, token)["servers"]
            found.append((len(statements), len(calls), len(servers)))
        return found

    def hear_all(self) -> None:
        for cell in self.cells:
            self.side.cells.get(cell.uuid).hear(cell.facts_now())

    def test_lists_cost_the_same_with_half_of_the_cells_down(self) -> None:
        self.hear_all()
        before = self.costs()
        for cell in self.cells[::2]:
            handle = self.side.cells.get(cell.uuid)
            handle.breaker.trip()
            handle._heard_at -= 100
        self.assertEqual(before, self.costs())
        self.assertEqual([0] * len(LISTS), [calls for _statements, calls, _found in before])
        self.assertEqual(CELLS, before[1][2])

    def test_what_is_down_is_shown_as_far_as_it_is_known(self) -> None:
        self.hear_all()
        down = self.cells[0]
        self.side.cells.get(down.uuid)._heard_at -= 100
        shown = {each["id"]: each for each in self.get("/servers/detail", MEMBER)["servers"]}
        self.assertEqual(CELLS, len(shown))
        (unheard,) = (shown[uuid] for uuid in down.instances)
        self.assertEqual(("UNKNOWN", False), (unheard["status"], "name" in unheard))
        (heard,) = (shown[uuid] for uuid in self.cells[1].instances)
        self.assertEqual("ACTIVE", heard["status"])
