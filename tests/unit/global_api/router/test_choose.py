# SPDX-License-Identifier: Apache-2.0
"""Tests of the choice of a cell: by places, zone, named hosts and hints, and spread by chance."""

from __future__ import annotations

from collections import Counter

from nova_cells.global_api import cell_registry
from nova_cells.global_api.router.breaker import Breaker
from nova_cells.global_api.router.capacity import Ask
from nova_cells.global_api.router.choose import CellChooser, Choice
from nova_cells.objects import RequestSpec
from tests.unit.global_api.scripted_cell import ScriptedCell
from tests.unit.global_api.world import World, spec


class Unheard(Breaker):
    """Of a cell that says nothing meanwhile: its news, which comes by itself, would close it."""

    def succeeded(self) -> None:
        return


class ChooseTest(World):
    def setUp(self) -> None:
        super().setUp()
        places = {"none": 0, "some": 10, "many": 1000}
        self.made = {name: self.cell(name, places=free) for name, free in places.items()}
        self.begin(router__recovery_interval=60.0)
        self.known(*self.made.values())
        self.chooser = CellChooser(self.side.cells, self.database, subset=2, attempts=3)

    def name(self, choice: Choice) -> str | None:
        return choice.cell.name if choice.cell is not None else None

    def choose(self, wish: RequestSpec | None = None, *tried: ScriptedCell) -> str | None:
        wish = wish or spec()
        return self.name(self.chooser.choose(wish, [cell.uuid for cell in tried]))

    def test_cells_with_more_places_are_chosen_more_often(self) -> None:
        found = Counter(self.choose() for _ in range(300))
        self.assertGreater(found["many"], 10 * max(found["some"], 1))
        self.assertEqual(0, found["none"])

    def test_what_was_chosen_is_taken_off(self) -> None:
        for _ in range(9):
            self.choose(None, self.made["many"])
        self.assertEqual("some", self.choose(None, self.made["many"]))
        handle = self.side.cells.get(self.made["some"].uuid)
        wish = spec()
        self.assertEqual(0, handle.capacity.places(Ask.of(wish)))

    def test_a_full_cell_is_the_last_resort(self) -> None:
        self.assertEqual("none", self.choose(None, self.made["some"], self.made["many"]))
        everywhere = list(self.made.values())
        self.assertIsNone(self.choose(None, *everywhere))

    def test_no_more_than_so_many_are_asked(self) -> None:
        chooser = CellChooser(self.side.cells, self.database, subset=2, attempts=1)
        self.assertEqual(Choice(None), chooser.choose(spec(), [self.made["some"].uuid]))

    def test_a_zone_nobody_has_leaves_only_last_resorts(self) -> None:
        found = {self.choose(spec(availability_zone="elsewhere")) for _ in range(50)}
        self.assertLessEqual({"none", "some", "many"}, found)

    def test_a_zone_made_a_moment_ago_is_found_by_its_hosts(self) -> None:
        none = self.made["none"]
        self.until(lambda: self.side.cells.get(none.uuid).answers)
        none.publish(none.host("none-1"))
        made = self.side.aggregates.create("new", {"availability_zone": "new"})
        self.side.aggregates.add_host(made.id, "none-1")
        found = {self.choose(spec(availability_zone="new")) for _ in range(20)}
        self.assertEqual({"none"}, found)

    def rule(self, name: str, **rules: object) -> None:
        cell_registry.change(self.database, name, rules=rules)
        self.side.cells.refresh()

    def test_a_zone_that_is_bound_goes_to_its_cells_only(self) -> None:
        self.rule("some", zones=["gold"])
        found = {self.choose(spec(availability_zone="gold")) for _ in range(20)}
        self.assertEqual({"some"}, found)
        self.assertIn("many", {self.choose() for _ in range(20)})
        self.assertIsNone(self.choose(spec(availability_zone="gold"), self.made["some"]))

    def test_a_canary_takes_part_now_and_then(self) -> None:
        self.rule("many", canary=0)
        self.assertEqual({"some"}, {self.choose() for _ in range(8)})
        self.rule("many", canary=100)
        self.assertIn("many", {self.choose() for _ in range(20)})

    def test_a_canary_does_what_nobody_else_could(self) -> None:
        self.rule("many", canary=0)
        self.assertEqual("many", self.choose(None, self.made["some"], self.made["none"]))

    def test_weights(self) -> None:
        self.rule("many", weight=0.0)
        self.assertEqual({"some"}, {self.choose() for _ in range(8)})

    def test_a_cell_takes_no_more_than_its_limit(self) -> None:
        self.rule("many", max_instances=1)
        self.rule("some", max_instances=1)
        self.rule("none", max_instances=0)
        first, second = self.placed(self.boot()), self.placed(self.boot())
        self.assertNotEqual(first.cell_uuid, second.cell_uuid)
        self.assertEqual(Choice(None), self.chooser.choose(spec()))
        self.rule("some", max_instances=None)
        self.assertEqual("some", self.choose())

    def test_stacking_fills_the_fullest_that_has_room(self) -> None:
        chooser = CellChooser(self.side.cells, self.database, subset=2, attempts=3, stack=True)
        chosen = [self.name(chooser.choose(spec())) for _ in range(11)]
        self.assertEqual(["some"] * 10 + ["many"], chosen)

    def test_a_named_host_decides(self) -> None:
        none = self.made["none"]
        self.until(lambda: self.side.cells.get(none.uuid).answers)
        none.publish(none.host("none-1"))
        for field in ("forced_host", "requested_host"):
            self.assertEqual("none", self.choose(spec(**{field: "none-1"})))
            self.assertIsNone(self.choose(spec(**{field: "no-such"})))

    def test_the_same_host_as_another_is_in_its_cell(self) -> None:
        uuid = self.boot()
        home = self.side.cells.get(self.placed(uuid).cell_uuid).name
        for hint in (uuid, [uuid]):
            self.assertEqual(home, self.choose(spec(scheduler_hints={"same_host": hint})))
        unknown = {"same_host": [spec().uuid]}
        self.assertIsNone(self.choose(spec(scheduler_hints=unknown)))

    def test_a_cell_that_only_stumbled_is_waited_for(self) -> None:
        for cell in self.made.values():
            handle = self.side.cells.get(cell.uuid)
            handle.breaker = Unheard(failures=1)
            handle.breaker.failed()
        tried = [self.made["some"].uuid]
        self.assertEqual(Choice(None, wait=True), self.chooser.choose(spec(), tried))

    def test_a_silent_cell_is_not_waited_for_when_others_said_no(self) -> None:
        for cell in self.made.values():
            handle = self.side.cells.get(cell.uuid)
            handle._silence = -1.0
        tried = [self.made["some"].uuid]
        self.assertEqual(Choice(None, wait=False), self.chooser.choose(spec(), tried))
        self.assertEqual(Choice(None, wait=True), self.chooser.choose(spec()))
