# SPDX-License-Identifier: Apache-2.0
"""Operations of several hosts: each step goes to the host in its seat, an empty seat is passed."""

from __future__ import annotations

from typing import Any

from nova_cells.journal.events import DOWN_MESSAGE
from nova_cells.journal.model import Operation, database_step, host_step
from tests.unit.journal.test_engine import OUTCOME, EngineCase, says


def seat(turn: Any) -> None:
    turn.put("source", "there")
    turn.put("destination", "yonder")
    turn.put("nowhere", None)


TRAVEL = Operation(
    "travel",
    "travel",
    steps=(
        database_step(seat, undo=says("unseat")),
        host_step("pack", undo="unpack", at="source"),
        host_step("lock up", undo="unlock", at="source"),
        host_step("wave", undo="stop waving", at="nowhere"),
        host_step("arrive", undo="leave", at="destination"),
        database_step(says("registered")),
        host_step("burn down", at="source", owes=True),
    ),
    no_return=6,
    **OUTCOME,
)


class PlacesTest(EngineCase):
    def setUp(self) -> None:
        super().setUp()
        self.journal = self.made(TRAVEL)
        self.begin("travel")

    def seen(self) -> tuple[str, list[str]]:
        """The newest errand: to whom, and what."""
        return self.places[-1], self.names()

    @property
    def places(self) -> list[str]:
        return list(self._places)

    def made(self, *operations: Operation) -> Any:
        self._places: list[str] = []
        journal = super().made(*operations)

        def send(errand: Any) -> None:
            self.sent.append(errand)
            self._places.append(errand.record.place)

        journal.send = send
        return journal

    def test_steps_travel_together_only_to_one_host_and_an_empty_seat_is_passed(self):
        self.assertEqual(("there", ["pack", "lock up"]), self.seen())
        self.report("done", "done")
        self.assertEqual(("yonder", ["arrive"]), self.seen())
        self.report("done")
        self.assertEqual(("there", ["burn down"]), self.seen())
        self.report("done")
        self.assertEqual("done", self.row("travel").result)
        self.assertEqual("ended", self.subjects.log[-1])

    def test_undoing_visits_the_hosts_in_reverse(self):
        self.report("done", "done")
        self.report("refused")
        self.assertEqual(("yonder", ["leave"]), self.seen())
        self.report("done")
        self.assertEqual(("there", ["unlock", "unpack"]), self.seen())
        self.report("done", "done")
        self.assertEqual(["unseat", "free", "failed"], self.subjects.log[-3:])

    def test_the_events_say_where_each_step_was_done(self):
        self.report("done", "done")
        self.report("done")
        self.report("done")
        steps = self.database.read(lambda c: self.store.steps_of(c, "op-travel"))
        self.assertEqual(
            [(1, "there"), (2, "there"), (4, "yonder"), (6, "there")],
            [(s.position, s.place) for s in steps if s.position in (1, 2, 4, 6)],
        )

    def test_a_step_may_be_owed_by_a_host_that_is_down_though_the_others_may_not(self):
        self.report("done", "done")
        self.subjects.is_down = True
        self.report("done")
        self.assertIn("owe ['burn down']", self.subjects.log)
        self.assertEqual("done", self.row("travel").result)

    def test_a_host_that_goes_down_in_its_turn_turns_all_back(self):
        self.report("done", "done")
        self.subjects.is_down = True
        self.clock.advance(11)
        self.journal.wake("op-travel")
        self.assertIn("owe ['leave']", self.subjects.log)
        row = self.row("travel")
        self.assertEqual(("failed", DOWN_MESSAGE), (row.result, row.message))


class DeclarationTest(EngineCase):
    def test_seats_are_named_by_all_host_steps_or_by_none(self):
        with self.assertRaises(ValueError):
            Operation("mixed", "mixed", steps=(host_step("a"), host_step("b", at="source")))
