# SPDX-License-Identifier: Apache-2.0
"""Service steps: asked for like host steps, but no host has a part in them, and no debt remains."""

from __future__ import annotations

from typing import Any

from nova_cells.journal.model import Operation, database_step, host_step, service_step
from nova_cells.runtime.clock import seconds
from tests.unit.journal.test_engine import OUTCOME, EngineCase, says


def wired(turn: Any) -> bool:
    return not turn.record.arguments.get("bare")


def keep(turn: Any) -> None:
    turn.subject.append(f"keep {sorted(turn.facts)}")


BOOT = Operation(
    "boot",
    "boot",
    steps=(
        database_step(says("claim"), undo=says("release")),
        service_step(
            "bind", "connect", undo=("unbind", "disconnect"), task="networking", when=wired
        ),
        database_step(keep, undo=says("forget")),
        host_step("make", undo="unmake"),
        service_step("complete", when=wired),
        host_step("start", when=wired),
        host_step("look"),
    ),
    **OUTCOME,
)
REMOVE = Operation(
    "remove",
    "remove",
    steps=(host_step("destroy"), service_step("release"), database_step(says("gone"))),
    owes=True,
    patient=True,
    preempts=frozenset({"boot"}),
    **OUTCOME,
)
NO_WAY_BACK = Operation(
    "no-way-back", "no-way-back", steps=(service_step("switch"),), no_return=0, **OUTCOME
)


class ServiceCase(EngineCase):
    def setUp(self) -> None:
        super().setUp()
        self.journal = self.made(BOOT, REMOVE, NO_WAY_BACK)

    def fail(self, kind: str, times: int, outcome: str = "failed") -> None:
        """The services fail so often, each time when they are asked anew."""
        for _ in range(times):
            self.report(outcome)
            row = self.row(kind)
            if row.wake_at is not None and row.recall("out") is None:
                self.clock.moment = row.wake_at
                self.journal.wake(row.id)


class ForwardTest(ServiceCase):
    def test_the_works_of_a_step_are_one_errand_and_the_host_stays_who_it_was(self):
        self.begin("boot")
        errand = self.sent[-1]
        self.assertEqual((("bind", "connect"), "here"), (errand.works, errand.about))
        self.assertEqual("here", self.row("boot").place)
        self.assertIn("task networking", self.subjects.log)
        self.report("done", facts={"nics": 1})
        self.assertEqual((["make"], ()), (self.names(), self.sent[-1].works))
        self.report("done")
        self.assertEqual(("complete",), self.sent[-1].works)
        self.report("done")
        self.assertEqual(["start", "look"], self.names())
        self.report("done", "done")
        self.assertEqual("done", self.row("boot").result)
        self.assertNotIn("sweep", self.subjects.log)
        self.assertEqual({}, self.row("boot").arguments)

    def test_what_is_not_needed_costs_nothing_and_hosts_get_all_at_once(self):
        record = self.record("boot")
        record.arguments["bare"] = True
        self.journal.transact(lambda c, n: self.journal.begin(c, n, record, self.subjects.log))
        self.assertEqual(["make", "look"], self.names())
        self.report("done", "done")
        self.assertEqual(("done", 1), (self.row("boot").result, len(self.sent)))

    def test_facts_reach_the_next_step_and_secret_ones_no_table(self):
        self.begin("boot")
        self.report("done", facts={"nics": 1, "secrets": {"password": "hush"}})
        self.assertIn("keep ['nics', 'secrets']", self.subjects.log)
        steps = self.database.read(lambda c: self.store.steps_of(c, "op-boot"))
        self.assertEqual([{}, {"nics": 1}, {}], [step.facts for step in steps])
        self.assertNotIn("hush", str(self.row("boot").arguments))

    def test_a_host_that_goes_down_has_no_part_in_it(self):
        self.begin("boot")
        self.subjects.is_down = True
        self.clock.advance(10)
        self.journal.wake("op-boot")
        self.assertEqual(("forward", ("bind", "connect")), self.where("boot"))
        self.report("done")
        self.clock.advance(10)
        self.journal.wake("op-boot")
        self.assertEqual("backward", self.row("boot").direction)

    def where(self, kind: str) -> tuple[str, tuple[str, ...]]:
        return self.row(kind).direction, self.sent[-1].works


class BackwardTest(ServiceCase):
    def test_services_that_fail_are_asked_again_then_all_is_undone_and_swept_later(self):
        self.begin("boot")
        self.fail("boot", 4)
        self.assertEqual((("unbind", "disconnect"), True), self.last())
        self.report("done")
        self.assertEqual(["release", "free", "failed", "sweep"], self.subjects.log[-4:])
        self.assertEqual("it broke", self.row("boot").message)

    def test_a_refusal_is_undone_at_once(self):
        self.begin("boot")
        self.report("refused")
        self.assertEqual((("unbind", "disconnect"), True), self.last())

    def test_a_later_failure_undoes_it_too_and_one_never_asked_for_is_not(self):
        self.begin("boot")
        self.report("done")
        self.report("refused")
        self.assertEqual(["unmake"], self.names())
        self.report("done")
        self.assertEqual((("unbind", "disconnect"), True), self.last())

    def test_an_undoing_that_fails_again_and_again_is_left_to_the_sweep(self):
        self.begin("boot")
        self.report("refused")
        self.fail("boot", 4)
        self.assertEqual("failed", self.row("boot").result)
        self.assertEqual(["release", "free", "failed", "sweep"], self.subjects.log[-4:])
        self.assertEqual("it broke", self.row("boot").message)

    def test_the_deadline_turns_it_back_and_then_ends_the_undoing(self):
        self.begin("boot")
        self.clock.advance(100)
        self.journal.wake("op-boot")
        self.assertEqual((("unbind", "disconnect"), True), self.last())
        self.clock.advance(10)
        self.journal.wake("op-boot")
        self.assertEqual("failed", self.row("boot").result)
        self.assertEqual("sweep", self.subjects.log[-1])

    def last(self) -> tuple[tuple[str, ...], bool]:
        return self.sent[-1].works, self.sent[-1].undo


class PatientTest(ServiceCase):
    def test_a_removal_waits_for_the_services_until_its_deadline(self):
        self.begin("remove")
        self.report("done")
        self.fail("remove", 6)
        self.assertTrue(self.row("remove").open)
        self.clock.moment = self.row("remove").deadline
        self.fail("remove", 1)
        self.assertEqual("done", self.row("remove").result)
        self.assertEqual(["gone", "free", "ended", "sweep"], self.subjects.log[-4:])

    def test_it_asks_once_again_after_silence_and_sweeps_for_what_it_asked_first(self):
        self.begin("remove")
        self.report("done")
        self.clock.advance(10)
        self.journal.wake("op-remove")
        self.assertEqual(("release",), self.sent[-1].works)
        self.report("done")
        self.assertEqual("sweep", self.subjects.log[-1])

    def test_past_the_point_of_no_return_it_is_repeated_for_ever(self):
        self.begin("no-way-back")
        self.clock.advance(200)
        self.fail("no-way-back", 6, "refused")
        self.assertTrue(self.row("no-way-back").open)
        self.report("done")
        self.assertEqual("done", self.row("no-way-back").result)

    def test_who_takes_over_from_works_in_flight_sweeps_after_them(self):
        self.begin("boot")
        old = self.sent[-1]
        self.begin("remove", victim="op-boot")
        self.report("done")
        self.report("done")
        self.assertEqual("sweep", self.subjects.log[-1])
        self.sent.append(old)
        self.report("done")
        self.assertEqual(1, self.subjects.log.count("sweep"))

    def test_who_takes_over_from_what_is_answered_needs_no_sweep(self):
        self.begin("boot")
        self.report("done")
        self.begin("remove", victim="op-boot")
        self.report("done")
        self.report("done")
        self.assertEqual("done", self.row("remove").result)
        self.assertNotIn("sweep", self.subjects.log)


class LeaseTest(ServiceCase):
    def test_who_is_at_it_may_have_longer_and_is_told_when_another_is(self):
        self.begin("boot")
        mine = self.sent[-1].record.generation
        later = self.clock() + seconds(30)
        self.assertTrue(self.renew(mine, later))
        self.assertEqual(later, self.row("boot").wake_at)
        self.clock.advance(30)
        self.journal.wake("op-boot")
        self.assertFalse(self.renew(mine, later))
        self.assertFalse(self.database.read(lambda c: self.store.is_newest(c, "op-boot", mine)))
        newest = self.sent[-1].record.generation
        self.assertTrue(self.database.read(lambda c: self.store.is_newest(c, "op-boot", newest)))

    def test_not_past_the_deadline(self):
        self.begin("boot")
        self.assertTrue(self.renew(self.sent[-1].record.generation, self.clock() + seconds(900)))
        self.assertEqual(self.row("boot").deadline, self.row("boot").wake_at)

    def renew(self, generation: int, until: int) -> bool:
        now = self.clock()
        return self.database.write(lambda c: self.store.renew(c, "op-boot", generation, now, until))
