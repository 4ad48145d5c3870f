# SPDX-License-Identifier: Apache-2.0
"""The desk: works of a step at once, reports that are taken, nothing for who is overtaken."""

from __future__ import annotations

import threading
import types
from typing import Any
from unittest import mock

from nova_cells.cell.conductor.service_work import registry
from nova_cells.cell.conductor.service_work.desk import Desk
from nova_cells.cell.conductor.service_work.task import NotYet, Partly, Surroundings, WorkRefused
from nova_cells.cell.conductor.service_work.threads import Threads
from nova_cells.clients.network.ports import NotBound
from nova_cells.clients.service_faults import OverQuota, Unavailable
from nova_cells.journal.model import Operation, database_step, service_step
from nova_cells.runtime.clock import seconds
from nova_cells.runtime.database_fault import DatabaseFault
from tests.unit.journal.test_engine import UUID, EngineCase

PROJECT = "77777777-7777-4777-8777-777777777777"


def keep(turn: Any) -> None:
    turn.subject.log.append(f"keep {sorted(turn.facts)}")


def nothing(turn: Any) -> None:
    return None


BOOT = Operation(
    "boot",
    "boot",
    steps=(
        database_step(nothing),
        service_step("bind", "connect", undo="unbind"),
        database_step(keep),
    ),
)
REMOVE = Operation(
    "remove",
    "remove",
    steps=(service_step("release"), database_step(keep)),
    owes=True,
    preempts=frozenset({"boot"}),
)


class DeskCase(EngineCase):
    """Jobs are done when the test does them; `works` are what it says."""

    def setUp(self) -> None:
        super().setUp()
        self.works: dict[str, Any] = {"unbind": self.done, "release": self.done}
        # Loads them all first: what loads inside the patch would be gone with it.
        patched = mock.patch.dict(registry.works(), self.works_found())
        patched.start()
        self.addCleanup(patched.stop)
        self.jobs: list[Any] = []
        self.asked: list[str] = []
        self.desk = self.made_desk()
        self.journal = self.made(BOOT, REMOVE)
        self.journal.serve = self.desk.serve
        head = types.SimpleNamespace(
            document={"project_id": PROJECT}, known_spec=None, log=self.subjects.log
        )
        self.subjects.load = lambda connection, subject: head  # type: ignore[method-assign]
        self.head = head

    def made_desk(self) -> Desk:
        return Desk(
            self.database,
            self.store,
            Surroundings(None, None, lambda host: {"connector": 1} if host == "here" else None),
            report=lambda report: self.journal.take_report(report),
            lease=seconds(10),
            threads=2,
            clock=self.clock,
            put=self.jobs.append,
            sleep=self.clock.advance,
        )

    def works_found(self) -> dict[str, Any]:
        def found(name: str) -> Any:
            return lambda task: self.works.get(name, self.done)(task)

        return {name: found(name) for name in ("bind", "connect", "unbind", "release")}

    def done(self, task: Any) -> dict[str, Any]:
        task.ours()
        self.asked.append(task.kind)
        return {"host": task.host_facts(), "undo": task.undo}

    def begin_boot(self) -> None:
        record = self.record("boot")
        self.journal.transact(lambda c, n: self.journal.begin(c, n, record, self.head))

    def work(self) -> None:
        """Do all jobs there are."""
        while self.jobs:
            self.jobs.pop(0)()

    def result(self, kind: str) -> tuple[Any, ...]:
        row = self.row(kind)
        return row.open, row.result, row.message

    def raises(self, name: str, fault: Exception) -> None:
        def work(task: Any) -> None:
            raise fault

        self.works[name] = work


class OutcomeTest(DeskCase):
    def test_facts_of_all_works_reach_the_next_step(self):
        self.works["connect"] = lambda task: {"volumes": [], "secrets": {"password": "hush"}}
        self.begin_boot()
        self.assertEqual(2, len(self.jobs))
        self.work()
        self.assertEqual((False, "done", None), self.result("boot"))
        self.assertIn("keep ['host', 'secrets', 'undo', 'volumes']", self.subjects.log)

    def test_a_refusal_of_one_undoes_all_and_tells_whether_others_could(self):
        refusals = (
            (OverQuota("Too many ports.", detail="req-1"), True),
            (WorkRefused("No.", everywhere=False), False),
            (NotBound("No driver can."), False),
        )
        for fault, everywhere in refusals:
            with self.subTest(fault):
                self.database.write(lambda c: c.execute(self.store.tables.operations.delete()))
                self.database.write(lambda c: c.execute(self.store.tables.steps.delete()))
                self.raises("bind", fault)
                self.begin_boot()
                self.work()
                message = getattr(fault, "message", "")
                self.assertEqual((False, "failed", message), self.result("boot"))
                told = "refused_everywhere" in self.row("boot").arguments
                self.assertEqual(everywhere, told)

    def test_a_service_that_is_away_is_asked_again(self):
        self.raises("bind", Unavailable("The network service is away."))
        self.begin_boot()
        self.work()
        self.assertEqual((True, None, "The network service is away."), self.result("boot"))
        self.works["bind"] = self.done
        self.clock.moment = self.row("boot").wake_at
        self.journal.wake("op-boot")
        self.work()
        self.assertFalse(self.row("boot").open)

    def test_what_takes_long_is_no_failure_until_the_deadline(self):
        self.raises("bind", NotYet(7))
        self.begin_boot()
        for _ in range(9):
            self.work()
            row = self.row("boot")
            self.assertEqual((True, 0, "forward"), (row.open, row.tries, row.direction))
            self.assertLessEqual(row.wake_at, self.clock() + seconds(7))
            self.clock.moment = row.wake_at
            self.journal.wake("op-boot")
        self.clock.moment = self.row("boot").deadline
        self.work()
        self.journal.wake("op-boot")
        self.work()
        self.assertEqual("failed", self.row("boot").result)

    def test_while_one_work_takes_long_the_others_are_not_done_again(self):
        said: list[tuple[str, bool]] = []

        def connect(task: Any) -> dict[str, Any]:
            said.append(("connect", task.again))
            if len(said) < 3:
                raise NotYet(1, begun=False)
            return {"volumes": []}

        self.works["connect"] = connect
        self.begin_boot()
        for _ in range(3):
            self.work()
            self.clock.advance(1)
            self.journal.wake("op-boot")
        self.assertEqual([("connect", False)] * 3, said)
        self.assertEqual(["boot"], self.asked)
        self.assertIn("keep ['host', 'undo', 'volumes']", self.subjects.log)

    def test_what_has_secrets_is_kept_nowhere_and_asked_again(self):
        secret = {"secrets": {"password": "hush"}}
        self.works["connect"] = lambda task: self.asked.append(task.again) or secret
        self.raises("bind", NotYet(1, begun=False))
        self.begin_boot()
        self.work()
        self.assertNotIn("hush", str(self.row("boot").arguments))
        self.works["bind"] = self.done
        self.clock.advance(1)
        self.journal.wake("op-boot")
        self.work()
        self.assertEqual([False, True], [each for each in self.asked if each != "boot"])
        self.assertEqual("done", self.row("boot").result)

    def test_what_is_done_of_a_work_is_told_though_the_rest_was_refused(self):
        self.raises("release", Partly(OverQuota("No."), {"reserved": ["one"]}))
        record = self.record("remove")
        self.journal.transact(lambda c, n: self.journal.begin(c, n, record, self.head))
        self.work()
        self.assertIn("keep ['begun', 'everywhere', 'refusal', 'reserved']", self.subjects.log)
        self.assertEqual("done", self.row("remove").result)

    def test_a_work_that_goes_wrong_is_reported_and_not_told_to_the_owner(self):
        self.raises("bind", KeyError("connection_info"))
        self.begin_boot()
        with self.assertLogs("nova_cells", "ERROR"):
            self.work()
        self.assertNotIn("connection_info", self.row("boot").message)
        self.assertEqual(1, self.row("boot").tries)

    def test_what_may_have_been_done_before_is_told(self):
        said: list[bool] = []
        self.works["bind"] = lambda task: said.append(task.again)
        self.raises("connect", Unavailable("away"))
        self.begin_boot()
        self.work()
        self.clock.moment = self.row("boot").wake_at
        self.journal.wake("op-boot")
        self.work()
        self.assertEqual([False, True], said)


class LeaseTest(DeskCase):
    def test_who_was_overtaken_asks_for_nothing_and_reports_nothing(self):
        self.begin_boot()
        late = list(self.jobs)
        self.jobs.clear()
        self.clock.advance(10)
        other = self.made_desk()
        self.journal.serve = other.serve
        self.journal.wake("op-boot")
        for job in late:
            job()
        self.assertEqual(([], True), (self.asked, self.row("boot").open))
        self.work()
        self.assertEqual((["boot"] * 2, "done"), (self.asked, self.row("boot").result))

    def test_what_takes_longer_than_its_lease_is_renewed(self):
        self.begin_boot()
        for _ in range(5):
            self.clock.advance(5)
            self.desk.round()
        self.assertEqual([], self.journal.due())
        self.work()
        self.assertEqual("done", self.row("boot").result)

    def test_the_same_asked_again_here_goes_on(self):
        self.begin_boot()
        first, second = self.jobs
        self.jobs.clear()
        self.clock.advance(10)
        self.journal.wake("op-boot")
        self.assertEqual([], self.jobs)
        first()
        second()
        self.assertEqual("done", self.row("boot").result)

    def test_who_takes_over_waits_for_the_request_under_way(self):
        self.begin_boot()
        first, second = self.jobs
        self.jobs.clear()
        first()
        record = self.record("remove")

        def remove(connection: Any, notes: Any) -> None:
            self.journal.preempt(connection, notes, "op-boot", record)
            self.journal.begin(connection, notes, record, self.head)

        self.journal.transact(remove)
        self.assertEqual([], self.jobs)
        second()
        self.work()
        self.assertEqual(["boot", "remove"], self.asked, "the second work of the boot was not ours")
        self.assertEqual("done", self.row("remove").result)

    def test_one_that_waits_notices_that_it_is_not_wanted_any_more(self):
        def patient(task: Any) -> None:
            self.desk.stop()
            task.wait(60)
            self.asked.append("too long")

        self.works["bind"] = patient
        self.begin_boot()
        self.work()
        self.assertNotIn("too long", self.asked)
        self.assertTrue(self.row("boot").open)

    def test_a_report_is_told_again_when_the_database_is_back(self):
        self.begin_boot()
        with (
            mock.patch.object(self.journal, "take_report", side_effect=DatabaseFault("away")),
            self.assertLogs("nova_cells", "WARNING"),
        ):
            self.work()
        self.assertTrue(self.row("boot").open)
        self.desk.round()
        self.assertEqual("done", self.row("boot").result)


class ThreadsTest(DeskCase):
    def test_no_more_at_a_time_than_there_are_threads(self):
        threads = Threads(2, "test")
        self.addCleanup(threads.stop)
        together, all_done = threading.Barrier(2), threading.Semaphore(0)

        def job() -> None:
            together.wait(30)
            all_done.release()

        for _ in range(6):
            threads.put(job)
        for _ in range(6):
            self.assertTrue(all_done.acquire(timeout=30))
        mine = [each for each in threading.enumerate() if each.name.startswith("test ")]
        self.assertEqual(2, len(mine))

    def test_subject_is_the_one_of_the_operation(self):
        self.works["bind"] = lambda task: self.asked.append((task.uuid, task.project_id, task.host))
        self.begin_boot()
        self.work()
        self.assertIn((UUID, PROJECT, "here"), self.asked)
