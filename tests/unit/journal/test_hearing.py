# SPDX-License-Identifier: Apache-2.0
"""Event steps: whatever is heard before it is waited for counts, patience ends one way or other."""

from __future__ import annotations

from typing import Any

from nova_cells.journal.model import (
    Operation,
    StepRefused,
    database_step,
    event_step,
    host_step,
    service_step,
)
from nova_cells.runtime.clock import seconds
from tests.unit.journal.test_engine import OUTCOME, UUID, EngineCase, says


def plugged(turn: Any) -> bool:
    told = turn.heard("plugged")
    if told == "failed":
        raise StepRefused("the port failed", "said the service")
    return told is not None


def fatal(turn: Any) -> bool:
    return not turn.record.arguments.get("lenient")


def patience(turn: Any) -> int:
    return seconds(20)


def note(turn: Any) -> None:
    turn.record.arguments["late"] = True


def is_late(turn: Any) -> bool:
    return bool(turn.record.arguments.get("late"))


LOOK = Operation(
    "boot",
    "boot",
    steps=(
        host_step("make", undo="unmake"),
        event_step("plugged", until=plugged, patience=patience, late=note),
        service_step("look", when=is_late),
        event_step(
            "seen",
            until=lambda turn: bool(turn.facts.get("seen")),
            patience=lambda turn: 0,
            fatal=lambda turn: True,
            missed="not seen",
            when=is_late,
        ),
        host_step("start"),
    ),
    **OUTCOME,
)
BOOT = Operation(
    "boot",
    "boot",
    steps=(
        database_step(says("claim"), undo=says("release")),
        service_step("bind"),
        host_step("make", undo="unmake"),
        event_step(
            "plugged", until=plugged, patience=patience, fatal=fatal, missed="no plug", task="waits"
        ),
        host_step("start"),
    ),
    again=lambda turn: turn.record.attempt < 2,
    **OUTCOME,
)


class HearingTest(EngineCase):
    def setUp(self) -> None:
        super().setUp()
        self.journal = self.made(BOOT)

    def at_the_step(self, **arguments: Any) -> None:
        """Begin, and come to where it waits."""
        record = self.record("boot")
        record.arguments.update(arguments)
        self.journal.transact(lambda c, n: self.journal.begin(c, n, record, self.subjects.log))
        self.report("done")
        self.report("done")

    def hear(self, said: str | None) -> None:
        self.journal.hear({UUID: {"plugged": said}})

    def test_news_move_it_on(self):
        self.at_the_step()
        self.assertEqual(("task waits", 2), (self.subjects.log[-1], len(self.sent)))
        self.hear("completed")
        self.assertEqual(["start"], self.names())

    def test_news_that_come_early_are_remembered_and_overtake_nobody(self):
        record = self.record("boot")
        self.journal.transact(lambda c, n: self.journal.begin(c, n, record, self.subjects.log))
        self.hear("completed")
        self.report("failed")
        self.assertEqual(1, self.row("boot").tries, "the newest asking is still the newest")
        self.clock.moment = self.row("boot").wake_at
        self.journal.wake("op-boot")
        self.report("done")
        self.report("done")
        self.assertEqual(["start"], self.names())

    def test_news_can_be_taken_back(self):
        record = self.record("boot")
        self.journal.transact(lambda c, n: self.journal.begin(c, n, record, self.subjects.log))
        self.hear("completed")
        self.hear(None)
        self.report("done")
        self.report("done")
        self.assertEqual(2, len(self.sent))

    def test_patience_that_ends_fails_it(self):
        self.at_the_step()
        self.lose_patience()
        self.assertEqual(["unmake"], self.names())
        self.assertEqual("no plug", self.row("boot").message)

    def test_patience_that_ends_lets_it_go_on_where_it_may(self):
        self.at_the_step(lenient=True)
        self.lose_patience()
        self.assertEqual(["start"], self.names())

    def test_who_is_late_and_looks_goes_on_with_what_it_sees(self):
        self.look(seen=True)
        self.assertEqual(["start"], self.names())

    def test_who_is_late_and_sees_nothing_fails(self):
        self.look(seen=False)
        self.assertEqual(["unmake"], self.names())
        self.assertEqual("not seen", self.row("boot").message)

    def look(self, *, seen: bool) -> None:
        """Patience has run out; news that come while it looks disturb nothing."""
        self.journal = self.made(LOOK)
        record = self.record("boot")
        self.journal.transact(lambda c, n: self.journal.begin(c, n, record, self.subjects.log))
        self.report("done")
        self.lose_patience()
        self.assertEqual(("look",), self.sent[-1].works)
        self.hear("completed")
        self.report("done", facts={"seen": seen})

    def lose_patience(self) -> None:
        self.assertEqual(self.clock() + seconds(20), self.row("boot").wake_at)
        self.clock.advance(20)
        self.journal.wake("op-boot")

    def test_what_will_never_come_is_not_waited_for(self):
        self.at_the_step()
        self.hear("failed")
        self.assertEqual(["unmake"], self.names())
        self.assertEqual("the port failed", self.row("boot").message)

    def test_a_host_that_goes_down_will_plug_nothing(self):
        self.at_the_step()
        self.subjects.is_down = True
        self.database.write(lambda c: self.store.wake_place(c, "here", self.clock()))
        self.journal.wake("op-boot")
        self.assertIn("owe ['unmake']", self.subjects.log)

    def test_what_one_attempt_heard_is_nothing_to_the_next(self):
        self.at_the_step()
        self.hear("completed")
        self.report("refused")
        self.report("done")
        self.assertEqual((2, ("bind",)), (self.row("boot").attempt, self.sent[-1].works))
        self.report("done")
        self.report("done")
        self.assertEqual(["make"], self.names(), "it waits again")

    def test_news_of_what_is_not_in_hand_are_none(self):
        self.hear("completed")
        self.assertEqual([], self.sent)
