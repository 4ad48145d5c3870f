# SPDX-License-Identifier: Apache-2.0
"""What is read for administrators: silent cells are named, late work stands out, pages end."""

from __future__ import annotations

import threading
from typing import Any

from nova_cells.global_api.admin.readings import fleet, flights, routing
from nova_cells.global_api.admin.readings.finding import page
from nova_cells.global_api.faults import CellUnavailable, MarkerNotFound, NotFound
from nova_cells.runtime.clock import now, seconds
from tests.unit.global_api.scripted_cell import Broken, ScriptedCell
from tests.unit.global_api.world import World


def flight(key: str, *, began: float = 1.0, patience: float = 100.0) -> dict[str, Any]:
    """An operation of a cell that began so many seconds ago, of so many it has."""
    started = now() - seconds(began)
    return {
        **dict.fromkeys(("subject", "project_id", "request_id"), key),
        **dict.fromkeys(("result", "message", "finished_at"), None),
        "id": key,
        "kind": "resize",
        "action": "resize",
        "place": "host-1",
        "open": True,
        "direction": "forward",
        "attempt": 1,
        "tries": 0,
        "step": "copy_disks",
        "started_at": started,
        "updated_at": started,
        "deadline": started + seconds(patience),
    }


class FlightsTest(World):
    def flying(self, cell: ScriptedCell, *keys: str) -> None:
        cell.flights = {key: flight(key) for key in keys}

    def seen(self, place: str | None = None, marker: str | None = None, limit: int = 10) -> Any:
        return flights.in_flight(self.side, place, marker, limit, late=False)

    def test_a_cell_that_fails_is_named_and_the_others_are_told(self) -> None:
        east, west = self.cell("east"), self.cell("west")
        self.flying(east, "a")
        west.script["in_flight"] = _broken
        self.begin()
        self.known(east, west)
        told = self.seen()
        self.assertEqual(["a"], [each["id"] for each in told["operations"]])
        answered = {each["place"]: each["answered"] for each in told["places"]}
        self.assertEqual({"global": True, "east": True, "west": False}, answered)

    def test_cells_are_asked_at_once(self) -> None:
        cells = [self.cell(name) for name in ("east", "north", "west")]
        together = threading.Barrier(3)
        for cell in cells:
            cell.script["in_flight"] = lambda **_arguments: together.wait(3)
        self.begin()
        self.known(*cells)
        self.assertTrue(all(each["answered"] for each in self.seen()["places"]))

    def test_one_that_hangs_is_not_waited_for(self) -> None:
        east = self.cell("east")
        over = threading.Event()
        self.addCleanup(over.set)
        east.script["in_flight"] = lambda **_arguments: over.wait(30)
        self.begin()
        self.known(east)
        places = self.seen()["places"]
        self.assertFalse(places[1]["answered"])

    def test_pages_of_a_place(self) -> None:
        east = self.cell("east")
        self.flying(east, "a", "b", "c")
        self.begin()
        self.known(east)
        first = self.seen("east", limit=2)
        self.assertEqual("b", first["places"][0]["next"])
        second = self.seen("east", marker="b", limit=2)
        self.assertEqual(["c"], [each["id"] for each in second["operations"]])
        self.assertIsNone(second["places"][0]["next"])

    def test_past_half_of_its_time_it_is_at_risk(self) -> None:
        east = self.cell("east")
        east.flights = {"a": flight("a", began=10), "b": flight("b", began=60)}
        self.begin()
        self.known(east)
        told = self.seen()["operations"]
        self.assertEqual([False, True], [each["at_risk"] for each in told])

    def test_one_operation(self) -> None:
        east = self.cell("east")
        self.flying(east, "a/b")
        self.begin()
        self.known(east)
        told = flights.operation(self.side, east.uuid, "a/b")
        self.assertEqual(("east", "host-1", ["claim"]), (told["place"], told["host"], told["plan"]))
        self.assertRaises(NotFound, flights.operation, self.side, "east", "c")
        east.script["operation"] = _broken
        self.assertRaises(CellUnavailable, flights.operation, self.side, "east", "a/b")


class RoutingTest(World):
    def test_what_a_cell_said_that_refused_is_kept(self) -> None:
        full, free = self.cell("full", places=0), self.cell("free", places=1)
        self.change_cell(free, state="disabled", generation=2)
        self.begin()
        self.known(full, free)
        full.script["build"] = lambda **_arguments: self._opened(free)
        uuid = self.boot()
        self.placed(uuid)
        self.until(lambda: uuid in free.instances, "taken")
        free.publish(free.change(uuid, vm_state="active", task_state=None, power_state=1))
        told = routing.of_server(self.side, uuid)
        self.assertEqual(["full"], [each["cell"] for each in told["refusals"]])
        self.assertEqual(0, told["refusals"][0]["trail"][-1]["hosts_left"])
        self.assertEqual("free", told["cell"])
        self.assertEqual("host-1", told["decided"]["host"])

    def _opened(self, cell: ScriptedCell) -> None:
        self.change_cell(cell, state="enabled", generation=3)
        self.until(lambda: self.side.cells.get(cell.uuid).row.enabled, "opened")

    def test_without_its_cell_the_rest_is_told(self) -> None:
        east = self.cell("east")
        self.begin()
        self.known(east)
        uuid = self.boot()
        self.placed(uuid)
        east.publish(east.change(uuid, vm_state="active", task_state=None, power_state=1))
        for method in ("wish", "why", "explain"):
            east.script[method] = _broken
        told = routing.of_server(self.side, uuid)
        self.assertEqual(("east", None, []), (told["cell"], told["decided"], told["cells"]))


class FleetTest(World):
    def test_two_statements_however_many_cells_and_lookers(self) -> None:
        cells = [self.cell(f"cell{number}") for number in range(5)]
        self.begin()
        self.known(*cells)
        self.assertIs(fleet.counts(self.side), fleet.counts(self.side))
        self.assertEqual(5, len(fleet.cells(self.side)))
        self.assertNotIn("local://", repr(fleet.cells(self.side)))

    def test_a_marker_nobody_knows(self) -> None:
        self.assertRaises(MarkerNotFound, page, [{"uuid": "a"}], "b", 1, "uuid")


def _broken(**_arguments: Any) -> None:
    raise Broken
