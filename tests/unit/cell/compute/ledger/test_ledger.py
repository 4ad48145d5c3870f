# SPDX-License-Identifier: Apache-2.0
"""The ledger's promises, at every byte at which its process may have died."""

from __future__ import annotations

import tempfile
import threading
import unittest
from pathlib import Path

from nova_cells.cell.compute.ledger import Ledger, Stale, token_of
from nova_cells.objects import StepResult
from nova_cells.runtime.clock import ManualClock, seconds
from tests.unit.cell.compute.worlds import a_machine, some_work


def documents(reports):
    return [report.document() for report in reports]


class LedgerCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "ledger"
        self.clock = ManualClock()
        self.ledger = self.opened()

    def opened(self, path=None):
        ledger = Ledger(path or self.path, retention=100, clock=self.clock)
        ledger.load()
        self.addCleanup(ledger.close)
        return ledger

    def work(self, *steps, **changes):
        changes.setdefault("deadline", self.clock() + seconds(50))
        return some_work(changes.pop("machine", None) or a_machine(), *steps, **changes)

    def ended(self, work, outcome="done", ledger=None, gone=None):
        """Begin and finish all steps of a work."""
        ledger = ledger or self.ledger
        ledger.begin(work, makes=False)
        results = [
            StepResult(
                position=step["position"],
                undo=step["undo"],
                outcome=outcome,
                started_at=1,
                finished_at=2,
            )
            for step in work.steps
        ]
        fresh = {token_of(work, step) for step in work.steps}
        return ledger.finish(work, results, fresh=fresh, gone=gone)


class MemoryTest(LedgerCase):
    def test_done_and_refused_are_remembered_failed_is_not(self):
        for outcome, kept in (("done", True), ("refused", True), ("failed", False)):
            work = self.work("power_on")
            self.ended(work, outcome)
            for ledger in (self.ledger, self.opened()):
                found = ledger.result(work, work.steps[0])
                self.assertEqual(kept, found is not None)

    def test_a_lower_generation_or_epoch_is_stale_also_after_a_restart(self):
        work = self.work("power_on", generation=3, epoch=2)
        self.ended(work)
        for ledger in (self.ledger, self.opened()):
            with self.assertRaises(Stale) as caught:
                ledger.begin(work.replace(generation=2), makes=False)
            self.assertFalse(caught.exception.report)
            with self.assertRaises(Stale) as caught:
                ledger.begin(work.replace(epoch=1), makes=False)
            self.assertTrue(caught.exception.report)

    def test_hosts_of_one_agent_do_not_overtake_each_other(self):
        self.ended(self.work("power_on", operation="op", generation=9, host="h2"))
        debt = self.work("destroy_machine", operation="op", generation=4, undo=True)
        self.assertEqual(4, self.ended(debt).generation)

    def test_superseded_operations_may_never_finish_here(self):
        old, done = self.work("create_machine"), self.work("power_on")
        self.ended(done)
        over = self.work("destroy_machine", supersedes=[old.operation, done.operation])
        self.ledger.begin(over, makes=False)
        for ledger in (self.ledger, self.opened()):
            self.assertIsNotNone(ledger.forbids(old, old.steps[0], unmakes=False))
            self.assertIsNotNone(ledger.result(done, done.steps[0]))

    def test_an_undo_forbids_its_do_of_the_same_attempt_only(self):
        undo = self.work("destroy_machine", undo=True)
        self.ledger.begin(undo, makes=False)
        do = {"name": "create_machine", "position": 1, "undo": False}
        for ledger in (self.ledger, self.opened()):
            self.assertIsNotNone(ledger.forbids(undo, do, unmakes=False))
            self.assertIsNone(ledger.forbids(undo.replace(attempt=2), do, unmakes=False))
            self.assertIsNone(ledger.forbids(undo, undo.steps[0], unmakes=True))

    def test_reports_are_kept_until_taken(self):
        one, two = self.work("power_on"), self.work("power_on")
        report, other = self.ended(one), self.ended(two, "failed")
        self.assertEqual(documents([report, other]), documents(self.opened().pending()))
        self.ledger.taken([report])
        self.assertEqual(documents([other]), documents(self.opened().pending()))

    def test_gone_machines_are_known_until_they_are_made_again(self):
        machine = a_machine()
        self.ended(self.work("destroy_machine", machine=machine), gone="undone")
        self.assertEqual({machine.uuid}, self.opened().gone("h1"))
        self.ledger.begin(self.work("create_machine", machine=machine), makes=True)
        self.assertEqual(set(), self.opened().gone("h1"))

    def test_a_deleted_server_comes_back_only_under_a_higher_epoch(self):
        machine = a_machine()
        self.ended(self.work("destroy_machine", machine=machine), gone="deleted")
        late = self.work("create_machine", machine=machine)
        self.ledger.begin(late, makes=True)
        self.assertIsNotNone(self.ledger.forbids(late, late.steps[0], unmakes=False))
        owned = self.work("create_machine", machine=machine, epoch=2)
        self.ledger.begin(owned, makes=True)
        self.assertIsNone(self.ledger.forbids(owned, owned.steps[0], unmakes=False))


class CostTest(LedgerCase):
    def test_a_run_waits_for_the_disk_once(self):
        self.ended(self.work("create_machine", "power_on"))
        self.assertEqual(1, self.ledger.file.syncs)

    def test_and_twice_if_it_brings_prohibitions(self):
        self.ended(self.work("destroy_machine", supersedes=["other"]))
        self.assertEqual(2, self.ledger.file.syncs)

    def test_a_repeated_run_waits_for_nothing(self):
        work = self.work("power_on")
        self.ended(work)
        self.ledger.begin(work, makes=False)
        self.ledger.finish(work, [self.ledger.result(work, work.steps[0])], fresh=set(), gone=None)
        self.assertEqual(1, self.ledger.file.syncs)

    def test_many_threads_share_the_wait(self):
        works = [self.work("power_on") for _ in range(40)]
        threads = [threading.Thread(target=self.ended, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertLessEqual(self.ledger.file.syncs, 40)
        again = self.opened()
        self.assertTrue(all(again.result(work, work.steps[0]) for work in works))


class TornTest(LedgerCase):
    def test_cut_at_any_byte_it_opens_and_knows_what_was_whole(self):
        works = [self.work("power_on") for _ in range(3)]
        ends = []
        for work in works:
            self.ended(work)
            ends.append(self.path.stat().st_size)
        content = self.path.read_bytes()
        torn = self.path.with_name("torn")
        for cut in range(len(content) + 1):
            torn.write_bytes(content[:cut])
            ledger = Ledger(torn, clock=self.clock)
            ledger.load()
            known = [ledger.result(work, work.steps[0]) is not None for work in works]
            self.assertEqual([end <= cut for end in ends], known, f"cut at {cut}")
            ledger.close()

    def test_what_is_written_after_a_torn_end_can_be_read(self):
        first, second = self.work("power_on"), self.work("power_on")
        self.ended(first)
        with self.path.open("ab") as stream:
            stream.write(b"0badc0de {")
        self.ended(second, ledger=self.opened())
        again = self.opened()
        self.assertIsNotNone(again.result(first, first.steps[0]))
        self.assertIsNotNone(again.result(second, second.steps[0]))

    def test_a_damaged_record_in_the_middle_costs_only_itself(self):
        first, second = self.work("power_on"), self.work("power_on")
        self.ended(first)
        middle = self.path.stat().st_size
        self.ended(second)
        content = bytearray(self.path.read_bytes())
        content[middle - 20] ^= 1
        self.path.write_bytes(content)
        with self.assertLogs("nova_cells.cell.compute.ledger", "ERROR"):
            again = self.opened()
        self.assertIsNone(again.result(first, first.steps[0]))
        self.assertIsNotNone(again.result(second, second.steps[0]))


class TidyTest(LedgerCase):
    def test_what_is_over_is_forgotten_after_its_time_and_not_before(self):
        work = self.work("power_on")
        self.ended(work)
        self.ledger.taken(self.ledger.pending())
        self.clock.advance(140)
        self.ledger.tidy()
        self.assertIsNotNone(self.ledger.result(work, work.steps[0]))
        self.clock.advance(20)
        self.ledger.tidy()
        self.assertIsNone(self.ledger.result(work, work.steps[0]))

    def test_a_report_nobody_took_is_never_forgotten(self):
        report = self.ended(self.work("power_on"))
        self.clock.advance(10_000)
        self.ledger.tidy()
        self.assertEqual(documents([report]), documents(self.ledger.pending()))

    def test_a_file_written_anew_says_the_same(self):
        machine = a_machine()
        keep = self.work("power_on", generation=4)
        self.ended(keep)
        self.ended(self.work("destroy_machine", machine=machine, supersedes=["x"]), gone="deleted")
        undo = self.work("destroy_machine", undo=True)
        self.ended(undo)
        self.ledger._compact_at = 0
        before = sorted(map(str, self.ledger._state.records()))
        self.ledger.tidy()
        after = self.work("power_on")
        self.ended(after)
        again = self.opened()
        self.assertLessEqual(set(before), set(map(str, again._state.records())))
        self.assertIsNotNone(again.result(after, after.steps[0]))
        self.assertEqual({machine.uuid}, again.gone("h1"))

    def test_a_death_while_writing_anew_loses_nothing(self):
        work = self.work("power_on")
        self.ended(work)
        self.path.with_suffix(".new").write_bytes(b"half a")
        again = self.opened()
        self.assertIsNotNone(again.result(work, work.steps[0]))
