# SPDX-License-Identifier: Apache-2.0
"""Operations that steer another one, undoings that come too late, refusals after a promise."""

from __future__ import annotations

from typing import Any

from nova_cells.contracts import Refused
from nova_cells.journal.model import Operation, StepRefused, TooLate, database_step, host_step
from nova_cells.journal.progress import turn_back
from tests.unit.journal.test_engine import OUTCOME, EngineCase, says


def unless_it_crossed(turn: Any) -> None:
    if turn.facts.get("crossed"):
        raise TooLate
    turn.subject.append("never crossed")


CROSS = Operation(
    "cross",
    "cross",
    steps=(
        host_step("pack", undo="unpack"),
        database_step(says("ready"), undo=unless_it_crossed),
        host_step("cross", undo="come back"),
        database_step(says("there")),
        host_step("unload"),
    ),
    no_return=3,
    **OUTCOME,
)


class BesideTest(EngineCase):
    def setUp(self) -> None:
        super().setUp()

        def whistle(turn: Any) -> None:
            def change(held: Any) -> None:
                held.record.arguments["hurry"] = True

            self.journal.steer(turn, "op-cross", change)

        def call(turn: Any) -> None:
            self.journal.steer(turn, "op-cross", lambda held: turn_back(held, "called", None))

        beside = frozenset({"cross"})
        self.journal = self.made(
            CROSS,
            Operation("whistle", "whistle", steps=(database_step(whistle),), beside=beside),
            Operation("call", "call", steps=(database_step(call),), beside=beside),
        )
        self.begin("cross")
        self.report("done")

    def test_one_beside_it_is_over_at_once_and_holds_nothing(self):
        self.begin("whistle")
        self.assertEqual("done", self.row("whistle").result)
        self.assertEqual(1, self.subjects.log.count("hold"))
        self.assertTrue(self.row("cross").open)

    def test_what_is_changed_is_asked_of_the_host_anew(self):
        before = self.sent[-1].record.generation
        self.begin("whistle")
        errand = self.sent[-1]
        self.assertEqual(["cross"], self.names())
        self.assertTrue(errand.record.arguments["hurry"])
        self.assertGreater(errand.record.generation, before)
        self.report("done")
        self.assertEqual(["unload"], self.names())

    def test_what_is_over_can_not_be_steered(self):
        self.report("done")
        self.report("done")
        self.begin("call")
        self.assertEqual("done", self.row("cross").result)

    def test_turned_back_it_undoes_all(self):
        self.begin("call")
        self.assertEqual(["come back"], self.names())
        self.report("done")
        self.assertIn("never crossed", self.subjects.log)
        self.report("done")
        row = self.row("cross")
        self.assertEqual(("failed", "called"), (row.result, row.message))

    def test_one_that_can_not_be_undone_any_more_goes_on_as_a_new_attempt(self):
        self.begin("call")
        self.report("done", facts={"crossed": True})
        row = self.row("cross")
        self.assertEqual((2, None, 4), (row.attempt, row.message, row.cursor))
        self.assertEqual(["unload"], self.names())
        self.report("done")
        self.assertEqual("done", self.row("cross").result)
        self.assertEqual("ended", self.subjects.log[-1])


class PromisedTest(EngineCase):
    def refusing(self, *, accepted: bool) -> Operation:
        def no(turn: Any) -> None:
            raise StepRefused("no room", accepted=accepted)

        return Operation(
            "promise",
            "promise",
            steps=(database_step(says("claim"), undo=says("release")), database_step(no)),
            **OUTCOME,
        )

    def test_what_was_promised_begins_and_fails_at_once(self):
        self.journal = self.made(self.refusing(accepted=True))
        self.begin("promise")
        row = self.row("promise")
        self.assertEqual(("failed", "no room"), (row.result, row.message))
        self.assertEqual(["hold", "claim", "release", "free", "failed"], self.subjects.log)

    def test_what_was_not_is_refused(self):
        self.journal = self.made(self.refusing(accepted=False))
        with self.assertRaises((StepRefused, Refused)):
            self.begin("promise")
        self.assertIsNone(self.database.read(lambda c: self.store.get(c, "op-promise")))
