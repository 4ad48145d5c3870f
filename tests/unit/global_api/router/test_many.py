# SPDX-License-Identifier: Apache-2.0
"""Tests of requests for many servers: one call a cell, and all or nothing of `least`."""

from __future__ import annotations

import time
import uuid as uuids
from typing import Any

from nova_cells.objects import RequestSpec
from tests.unit.global_api.scripted_cell import Broken
from tests.unit.global_api.world import Scenario, World, context, spec


class ManyScenarios(Scenario):
    """Run below on SQLite, and in tests/stores on each database."""

    def ask(self, number: int, least: int | None = None, **values: Any) -> list[RequestSpec]:
        """Accept one request."""
        common = {
            "wished": number,
            "least": number if least is None else least,
            "reservation_id": f"r-{uuids.uuid4().hex[:8]}",
            **values,
        }
        wishes = [spec(launch_index=index, **common) for index in range(number)]
        self.side.acceptance.accept(context(), wishes)
        return wishes

    def states(self, wishes: list[RequestSpec]) -> list[str]:
        return sorted(str(self.row(wish.uuid).document["vm_state"]) for wish in wishes)

    def test_they_travel_in_one_call_and_the_feed_tells_of_them(self) -> None:
        east = self.cell("east")
        self.begin()
        self.known(east)
        before = self.database.commits
        wishes = self.ask(10)
        self.until(lambda: len(east.instances) == 10, "all taken")
        self.assertEqual((1, 0), (east.calls["build_many"], east.calls["build"]))
        east.publish(*[east.item(each) for each in east.instances.values()])
        self.assertEqual({east.uuid}, {self.row(wish.uuid).cell_uuid for wish in wishes})
        self.until(lambda: self.database.commits - before == 3, "three commits for ten servers")

    def test_a_request_goes_to_a_cell_that_has_room_for_all_of_it(self) -> None:
        small, large = self.cell("small", places=5), self.cell("large", places=12)
        self.begin()
        self.known(small, large)
        self.ask(10)
        self.until(lambda: len(large.instances) == 10, "all taken")
        self.assertEqual({}, small.instances)

    def test_where_no_cell_has_room_for_all_several_share(self) -> None:
        east, west = self.cell("east", places=6), self.cell("west", places=6)
        self.begin()
        self.known(east, west)
        self.ask(10)
        taken = [east.instances, west.instances]
        self.until(lambda: sum(map(len, taken)) == 10, "all taken")
        self.assertEqual([4, 6], sorted(map(len, taken)))

    def test_with_places_for_fewer_than_needed_none_is_begun(self) -> None:
        east, west = self.cell("east", places=4), self.cell("west", places=4)
        self.begin()
        self.known(east, west)
        wishes = self.ask(10)
        self.until(lambda: self.states(wishes) == ["error"] * 10, "all in ERROR")
        self.assertEqual(({}, {}), (east.instances, west.instances))
        fault = self.row(wishes[0].uuid).document["fault"]
        self.assertEqual("No valid host was found.", fault["message"])

    def test_cells_that_refuse_it_as_a_whole_share_it(self) -> None:
        """What keeps servers apart is not in the figures that cells publish."""
        east, west = self.cell("east", places=20), self.cell("west", places=20)
        self.begin()
        self.known(east, west)
        east.places, west.places = 3, 4
        wishes = self.ask(7)
        taken = [east.instances, west.instances]
        self.until(lambda: sum(map(len, taken)) == 7, "all taken")
        self.assertEqual([3, 4], [len(each) for each in taken])
        self.assertEqual((2, 2), (east.calls["build_many"], west.calls["build_many"]))
        self.assertNotIn("error", self.states(wishes))

    def test_with_places_for_enough_the_others_fail_alone(self) -> None:
        east = self.cell("east", places=7)
        self.begin()
        self.known(east)
        wishes = self.ask(10, least=5)
        self.until(lambda: self.states(wishes).count("error") == 3, "three in ERROR")
        self.assertEqual(7, len(east.instances))

    def test_a_shortage_seen_late_calls_the_rest_off(self) -> None:
        east, west = self.cell("east", places=6), self.cell("west", places=6)
        self.begin(router__recovery_interval=0.05)
        self.known(east, west)

        def fill(**_arguments: Any) -> None:
            east.places = west.places = 6
            west.places = len(west.instances)

        west.script["build_many"] = fill
        wishes = self.ask(10)
        self.until(lambda: self.states(wishes) == ["error"] * 10, "all in ERROR")
        taken = set(east.instances)
        self.until(lambda: east.calls["cancel"] >= len(taken), "what was begun is undone")
        left = [each for each in east.instances.values() if each.task_state != "deleting"]
        self.assertEqual([], left)

    def test_a_lost_reply_is_asked_again_as_a_whole(self) -> None:
        east = self.cell("east", places=5)
        self.begin()
        self.known(east)
        # Reading a new cell into the index would tell of some servers before it is asked again.
        self.until(lambda: east.calls["migrations"], "the cell is adopted")
        lost = iter([True])

        def lose(**_arguments: Any) -> None:
            if next(lost, False):
                raise Broken("the reply is lost")

        east.script["build_many:after"] = lose
        wishes = self.ask(5)
        self.until(lambda: east.calls["build_many"] == 2, "asked again")
        self.assertEqual((0, 5), (east.calls["build"], len(east.instances)))
        east.publish(*[east.item(each) for each in east.instances.values()])
        self.assertEqual({east.uuid}, {self.row(wish.uuid).cell_uuid for wish in wishes})

    def test_what_a_dead_process_accepted_is_taken_over_as_a_whole(self) -> None:
        east = self.cell("east", places=4)
        self.begin(router__recovery_interval=60.0)
        self.known(east)
        dead = self.make_side(router__lease=1.0)
        dead.cells.start()
        self.addCleanup(dead.cells.stop)
        self.until(lambda: dead.cells.all(), "the cell is known")
        side, self.side = self.side, dead  # its threads were never started
        wishes, hopeless = self.ask(3), self.ask(3)
        self.side = side
        time.sleep(1.3)
        self.assertEqual(0, east.calls["build_many"])
        assert side.router is not None
        side.router.recovery.kick()
        everything = [*wishes, *hopeless]
        done = lambda: len(east.instances) == 3 and self.states(everything).count("error") == 3  # noqa: E731
        self.until(done, "three taken, three refused")
        self.assertEqual((2, 0), (east.calls["build_many"], east.calls["build"]))

    def test_it_comes_back_whole_from_a_cell_that_is_full(self) -> None:
        east, west = self.cell("east", places=20), self.cell("west", places=12)
        self.begin()
        self.known(east, west)
        for cell in (east, west):
            cell.script["build_many"] = lambda cell=cell, **_a: _fill_first(cell, east, west)
        self.ask(10)
        other = lambda: max(len(east.instances), len(west.instances))  # noqa: E731
        self.until(lambda: other() == 10, "all in the other cell")
        self.assertEqual(0, min(len(east.instances), len(west.instances)))


def _fill_first(asked: Any, *cells: Any) -> None:
    """Whichever cell is asked first is full by then."""
    if sum(cell.calls["build_many"] for cell in cells) == 1:
        asked.places = 0


class ManyTest(ManyScenarios, World):
    pass
