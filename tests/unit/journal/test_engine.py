# SPDX-License-Identifier: Apache-2.0
"""The journal by itself, with subjects that are plain dictionaries and no host at all."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

from nova_cells.contracts import FaultCode, Refused
from nova_cells.journal.engine import Journal
from nova_cells.journal.model import Kinds, Operation, StepRefused, database_step, host_step
from nova_cells.journal.progress import Patience
from nova_cells.journal.record import Record
from nova_cells.journal.recovery import Recovery
from nova_cells.journal.store import JournalStore
from nova_cells.journal.tables import journal_tables
from nova_cells.objects import StepResult, WorkReport
from nova_cells.runtime.clock import ManualClock, seconds
from nova_cells.runtime.db import Database, types

UUID = "66666666-6666-4666-8666-666666666666"


class Subjects:
    """One subject; `log` is all that was done to it, taken back when a transaction is lost."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.is_down = False

    def load(self, connection: Any, subject: str) -> list[str]:
        return self.log

    def save(self, turn: Any) -> None:
        return None

    def hold(self, turn: Any) -> None:
        self.log.append("hold")

    def show(self, turn: Any, task: str | None) -> None:
        self.log.append(f"task {task}")

    def free(self, turn: Any) -> None:
        self.log.append("free")

    def owe(self, turn: Any, errand: Any) -> None:
        self.log.append(f"owe {[name for _, name in errand.steps]}")

    def settle(self, connection: Any, notes: Any, report: Any) -> None:
        self.log.append(f"settle {report.operation}")

    def sweep(self, turn: Any) -> None:
        self.log.append("sweep")

    def down(self, place: str) -> bool:
        return self.is_down


def says(word: str) -> Any:
    def step(turn: Any) -> None:
        turn.subject.append(word)

    return step


def refuses(turn: Any) -> None:
    raise StepRefused("no room", "because")


OUTCOME = {"ends": says("ended"), "fails": says("failed")}
MOVE = Operation(
    "move",
    "move",
    steps=(
        database_step(says("claim"), undo=says("release")),
        host_step("copy", undo="discard", task="copying"),
        host_step("check"),
        database_step(says("switch"), undo=says("switch back")),
        host_step("open", undo="close", task="opening"),
    ),
    **OUTCOME,
)
ONE_WAY = Operation(
    "one-way", "one-way", steps=(host_step("cut"), host_step("drop")), no_return=0, **OUTCOME
)
TWICE = Operation(
    "twice",
    "twice",
    steps=(database_step(says("claim"), undo=says("release")), host_step("make", undo="unmake")),
    again=lambda turn: turn.record.attempt < 2,
    **OUTCOME,
)
IMPOSSIBLE = Operation(
    "impossible",
    "impossible",
    steps=(database_step(says("claim"), undo=says("release")), database_step(refuses)),
    **OUTCOME,
)
LATE_REFUSAL = Operation(
    "late",
    "late",
    steps=(
        database_step(says("claim"), undo=says("release")),
        host_step("make", undo="unmake"),
        database_step(refuses),
    ),
    **OUTCOME,
)
REMOVE = Operation(
    "remove",
    "remove",
    steps=(host_step("destroy"), database_step(says("forget"))),
    owes=True,
    patient=True,
    preempts=frozenset({"move"}),
    **OUTCOME,
)


class EngineCase(unittest.TestCase):
    def setUp(self) -> None:
        super().setUp()
        folder = tempfile.TemporaryDirectory(prefix="nova-cells-journal-")
        self.addCleanup(folder.cleanup)
        self.database = Database(f"sqlite:///{Path(folder.name)}/j.db", name="journal")
        self.addCleanup(self.database.close)
        metadata = types.metadata()
        self.store = JournalStore(journal_tables(metadata))
        self.database.write(metadata.create_all)
        self.clock = ManualClock()
        self.subjects = Subjects()
        self.sent: list[Any] = []
        self.journal = self.made(MOVE, ONE_WAY, TWICE, IMPOSSIBLE, LATE_REFUSAL, REMOVE)

    def made(self, *operations: Operation) -> Journal:
        return Journal(
            self.database,
            self.store,
            Kinds(*operations),
            self.subjects,
            world=None,
            send=self.sent.append,
            clock=self.clock,
            patience=Patience(lease=seconds(10), retry=seconds(1), attempts=3, service_attempts=4),
            serve=self.sent.append,
        )

    def record(self, kind: str) -> Record:
        now = self.clock()
        return Record(
            id=f"op-{kind}",
            kind=kind,
            kind_version=1,
            action=kind,
            subject=UUID,
            place="here",
            deadline=now + seconds(100),
            started_at=now,
            updated_at=now,
        )

    def begin(self, kind: str, victim: str | None = None) -> None:
        record = self.record(kind)

        def work(connection: Any, notes: Any) -> None:
            if victim:
                self.journal.preempt(connection, notes, victim, record)
            self.journal.begin(connection, notes, record, self.subjects.log)

        self.journal.transact(work)

    def row(self, kind: str) -> Record:
        found = self.database.read(lambda c: self.store.get(c, f"op-{kind}"))
        assert found is not None
        return found

    def report(
        self, *outcomes: str, generation: int | None = None, facts: dict[str, Any] | None = None
    ) -> None:
        """Answer the newest errand, one outcome a step."""
        errand = self.sent[-1]
        moment = self.clock()
        results = [
            StepResult(
                position=position,
                undo=errand.undo,
                outcome=outcome,
                message=None if outcome == "done" else "it broke",
                facts=facts or {},
                started_at=moment,
                finished_at=moment,
            )
            for (position, _), outcome in zip(errand.steps, outcomes, strict=False)
        ]
        self.journal.take_report(
            WorkReport(
                operation=errand.record.id,
                generation=generation or errand.record.generation,
                attempt=errand.record.attempt,
                host="here",
                uuid=UUID,
                results=results,
            )
        )

    def names(self) -> list[str]:
        return [name for _, name in self.sent[-1].steps]


class ForwardTest(EngineCase):
    def test_steps_of_one_host_travel_together_and_database_steps_run_between(self):
        self.begin("move")
        self.assertEqual(["copy", "check"], self.names())
        self.report("done", "done")
        self.assertEqual(["open"], self.names())
        self.report("done")
        log = ["hold", "claim", "task copying", "switch", "task opening", "free", "ended"]
        self.assertEqual(log, self.subjects.log)
        self.assertEqual((False, "done"), (self.row("move").open, self.row("move").result))

    def test_an_answer_in_parts_is_taken_in_parts(self):
        self.begin("move")
        self.report("done")
        self.assertEqual(["check"], self.names())

    def test_an_answer_given_twice_counts_once(self):
        self.begin("move")
        self.report("done", "done")
        first = self.sent[0]
        self.sent.append(first)
        self.report("done", "done")
        self.assertEqual(4, self.row("move").cursor)
        self.assertEqual(1, self.subjects.log.count("switch"))

    def test_what_has_ended_is_counted_once_it_is_written(self):
        self.begin("move")
        self.assertEqual({}, self.journal.tally.ended())
        self.begin("remove", victim="op-move")
        self.assertEqual({("move", "preempted"): 1}, self.journal.tally.ended())
        self.report("done")
        self.assertEqual(
            {("move", "preempted"): 1, ("remove", "done"): 1}, self.journal.tally.ended()
        )

    def test_every_step_has_its_row(self):
        self.begin("move")
        self.report("done", "done")
        self.report("done")
        steps = self.database.read(lambda c: self.store.steps_of(c, "op-move"))
        self.assertEqual([0, 1, 2, 3, 4], [step.position for step in steps])


class BackwardTest(EngineCase):
    def test_everything_is_undone_in_reverse_the_failed_step_included(self):
        self.begin("move")
        self.report("done", "done")
        self.report("refused")
        self.assertEqual(["close"], self.names())
        self.report("done")
        self.assertEqual(["discard"], self.names())
        self.report("done")
        tail = ["switch back", "release", "free", "failed"]
        self.assertEqual(tail, self.subjects.log[-4:])
        self.assertEqual(
            ("failed", "it broke"), (self.row("move").result, self.row("move").message)
        )

    def test_a_failure_in_passing_is_repeated_later_and_later(self):
        self.begin("move")
        waits = []
        for _ in range(2):
            self.report("failed")
            wake_at = self.row("move").wake_at
            waits.append((wake_at - self.clock()) // seconds(1))
            self.clock.moment = wake_at
            self.journal.wake("op-move")
        self.assertEqual([1, 2], waits)
        self.assertEqual("forward", self.row("move").direction)
        self.report("failed")
        self.assertEqual("backward", self.row("move").direction)

    def test_an_old_failure_does_not_count_again(self):
        self.begin("move")
        self.report("failed")
        self.report("failed", generation=self.sent[-1].record.generation - 1)
        self.assertEqual(1, self.row("move").tries)

    def test_a_new_attempt_starts_from_the_first_step(self):
        self.begin("twice")
        self.report("refused")
        self.report("done")
        self.assertEqual((2, "forward"), (self.row("twice").attempt, self.row("twice").direction))
        self.report("refused")
        self.report("done")
        self.assertEqual("failed", self.row("twice").result)
        self.assertEqual(2, self.subjects.log.count("claim"))
        self.assertEqual(2, self.subjects.log.count("release"))

    def test_past_the_point_of_no_return_it_is_repeated_for_ever(self):
        self.begin("one-way")
        for _ in range(6):
            self.report("refused")
            self.clock.advance(200)
            self.journal.wake("op-one-way")
        self.report("done", "done")
        self.assertEqual("done", self.row("one-way").result)

    def test_a_refusal_at_the_beginning_begins_nothing(self):
        with self.assertRaises(StepRefused):
            self.begin("impossible")
        self.assertIsNone(self.database.read(lambda c: self.store.get(c, "op-impossible")))

    def test_a_refusal_of_the_database_later_turns_back(self):
        self.begin("late")
        self.report("done")
        self.assertEqual(["unmake"], self.names())
        self.report("done")
        self.assertEqual(["release", "free", "failed"], self.subjects.log[-3:])
        self.assertEqual("because", self.row("late").details)


class TimerTest(EngineCase):
    def test_silence_is_asked_again_under_a_new_generation(self):
        self.begin("move")
        first = self.sent[-1].record.generation
        self.clock.advance(9)
        self.assertEqual([], self.journal.due())
        self.clock.advance(1)
        self.assertEqual(["op-move"], self.journal.due())
        self.journal.wake("op-move")
        self.assertEqual(["copy", "check"], self.names())
        self.assertGreater(self.sent[-1].record.generation, first)

    def test_a_recovery_of_some_kinds_leaves_the_others_alone(self):
        self.begin("move")
        self.clock.advance(11)
        others = Recovery(self.journal, interval=1, name="others", kinds=["remove"])
        others.round()
        self.assertEqual(1, len(self.sent))
        ours = Recovery(self.journal, interval=1, name="ours", kinds=["remove", "move"])
        ours.round()
        self.assertEqual(2, len(self.sent))

    def test_one_that_cannot_be_moved_does_not_stop_the_others(self):
        wake = mock.Mock(side_effect=[ValueError("unreadable"), None])
        with (
            mock.patch.object(self.journal, "due", return_value=["one", "two"]),
            mock.patch.object(self.journal, "wake", wake),
            self.assertLogs("nova_cells.journal.recovery", "ERROR") as logged,
        ):
            Recovery(self.journal, interval=1, name="all").round()
        self.assertEqual([mock.call("one"), mock.call("two")], wake.mock_calls)
        self.assertIn("operation one could not be moved", logged.output[0])

    def test_the_deadline_turns_it_back(self):
        self.begin("move")
        self.clock.advance(100)
        self.journal.wake("op-move")
        self.assertEqual(["discard"], self.names())
        self.assertIn("deadline", self.row("move").message)

    def test_a_host_that_is_down_owes_the_undo(self):
        self.begin("move")
        self.subjects.is_down = True
        self.clock.advance(10)
        self.journal.wake("op-move")
        self.assertIn("owe ['discard']", self.subjects.log)
        self.assertEqual("failed", self.row("move").result)

    def test_a_removal_from_a_host_that_is_down_ends_at_once(self):
        self.subjects.is_down = True
        self.begin("remove")
        self.assertEqual([], self.sent)
        self.assertEqual(["owe ['destroy']", "forget"], self.subjects.log[1:3])
        self.assertEqual("done", self.row("remove").result)

    def test_what_a_newer_process_began_is_left_to_it(self):
        self.begin("move")
        self.journal = self.made(REMOVE)
        self.clock.advance(11)
        self.journal.wake("op-move")
        self.assertTrue(self.row("move").open)
        self.assertEqual(self.clock() + seconds(10), self.row("move").wake_at)
        with self.assertRaises(Refused) as caught:
            self.report("done")
        self.assertEqual(FaultCode.UNSUPPORTED_VERSION, caught.exception.code)


class PreemptTest(EngineCase):
    def test_a_declared_kind_takes_over_and_names_what_it_overrides(self):
        self.begin("move")
        old = self.sent[-1]
        self.begin("remove", victim="op-move")
        self.assertEqual("preempted", self.row("move").result)
        self.assertEqual(["op-move"], self.row("remove").arguments["supersedes"])
        self.sent.append(old)
        self.report("done", "done")
        self.assertNotIn("switch", self.subjects.log)

    def test_any_other_is_refused(self):
        self.begin("remove")
        with self.assertRaises(Refused) as caught:
            self.begin("move", victim="op-remove")
        self.assertEqual(FaultCode.CONFLICT, caught.exception.code)
        self.assertTrue(self.row("remove").open)


class NotesTest(EngineCase):
    def test_a_lost_transaction_takes_back_what_memory_believed(self):
        heard: list[str] = []

        def work(connection: Any, notes: Any) -> None:
            notes.after.append(lambda: heard.append("after"))
            notes.lost.append(lambda: heard.append("lost"))
            if not heard:
                raise RuntimeError("the database went away")

        with self.assertRaises(RuntimeError):
            self.journal.transact(work)
        self.journal.transact(work)
        self.assertEqual(["lost", "after"], heard)
