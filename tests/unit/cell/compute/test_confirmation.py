# SPDX-License-Identifier: Apache-2.0
"""An agent asks about its guests before it works, and does what it is told."""

from __future__ import annotations

import time
from unittest.mock import patch

from nova_cells.objects import GuestVerdict
from tests.unit.cell.compute.worlds import AgentCase, a_machine, some_work

BUILD = ("create_machine", "power_on")


class ConfirmationCase(AgentCase):
    def setUp(self):
        super().setUp()
        self.machine = a_machine()
        self.uuid = self.machine.uuid

    def running(self):
        self.start()
        self.done(some_work(self.machine, *BUILD))

    def verdict(self, verdict, **fields):
        self.cell.verdicts = [GuestVerdict(uuid=self.uuid, verdict=verdict, **fields)]

    def until(self, condition):
        ends = time.monotonic() + 5
        while not condition():
            self.assertLess(time.monotonic(), ends)
            time.sleep(0.01)

    def asked_again(self):
        """Wait for an answer to a question that was asked after this call."""
        asked = len(self.cell.asked)
        self.agent.confirmation.ask_again("h1")
        self.cell.wait(lambda: len(self.cell.asked) > asked)
        self.until(lambda: not self.agent.confirmation._is_due("h1"))

    def power(self):
        return self.driver.power_state(self.uuid)


class BeforeWorkTest(ConfirmationCase):
    def test_it_names_every_guest_with_its_life(self):
        self.machine = a_machine(home_generation=3)
        self.running()
        self.restart()
        self.cell.wait(lambda: self.cell.asked[-1] == ("h1", {self.machine.uuid: [1, 3]}))

    def test_work_waits_for_the_answer_and_is_done_then(self):
        self.cell.deaf.set()
        with self.assertLogs("nova_cells.cell.compute.confirmation", "WARNING") as log:
            self.agent.start()
            self.addCleanup(self.stop_aside, self.agent)
            self.until(lambda: log.output)
            work = some_work(self.machine, *BUILD)
            for _ in range(2):
                self.client.run(work=work)
            time.sleep(0.2)
            self.assertEqual(set(), self.driver.machines())
            self.cell.deaf.clear()
            self.cell.report_of(work)
        self.assertEqual(1, self.power())
        self.assertEqual(1, self.driver._machines[self.uuid].boots)

    def test_guests_run_on_while_nobody_answers(self):
        self.running()
        self.cell.deaf.set()
        self.agent.stop()
        self.agent = self.new_agent()
        with self.assertLogs("nova_cells.cell.compute.confirmation", "WARNING") as log:
            self.start()
            self.until(lambda: log.output)
        self.assertEqual(1, self.power())

    def test_a_welcome_ends_a_silence_too(self):
        self.agent.registration._heard_at -= 600
        with patch.object(self.agent.registration, "_beat", lambda _inside: None):
            self.start()
            self.until(lambda: self.agent.confirmation.is_sure("h1"))

    def test_after_a_long_silence_it_is_not_sure_any_more(self):
        self.running()
        self.assertTrue(self.agent.confirmation.is_sure("h1"))
        self.agent.registration._heard_at -= 60
        self.assertFalse(self.agent.confirmation.is_sure("h1"))
        self.until(lambda: self.agent.confirmation.is_sure("h1"))


class VerdictTest(ConfirmationCase):
    def leaves(self, verdict="elsewhere"):
        self.running()
        self.verdict(verdict, epoch=1, home_generation=1)
        with self.assertLogs("nova_cells.cell.compute.confirmation", "WARNING"):
            self.agent.confirmation.ask_again("h1")
            self.until(lambda: not self.driver.machines())

    def test_one_that_has_a_new_home_is_removed_and_work_of_its_old_life_refused(self):
        self.leaves()
        report = self.done(some_work(self.machine, *BUILD))
        self.assertEqual("The server has a newer home.", report.results[0].message)
        self.restart()
        self.done(some_work(self.machine, *BUILD))
        self.assertEqual(set(), self.driver.machines())

    def test_it_may_come_back_in_its_new_life(self):
        self.leaves()
        self.cell.verdicts = []
        self.done(some_work(self.machine.replace(home_generation=1), *BUILD))
        self.agent.reconciliation.round()
        self.assertEqual(1, self.power())

    def test_a_deleted_one_is_removed(self):
        self.leaves("deleted")

    def test_one_nobody_knows_is_left_alone(self):
        self.running()
        self.verdict("unknown")
        self.asked_again()
        self.agent.reconciliation.round()
        self.assertEqual(1, self.power())

    def test_a_missing_one_is_told_unless_it_is_there_after_all(self):
        self.running()
        self.verdict("missing")
        self.asked_again()
        self.assertNotEqual(0, self.cell.power.get(self.uuid))
        self.driver.destroy(self.uuid)
        with self.assertLogs("nova_cells.cell.compute.reconcile", "ERROR"):
            self.agent.confirmation.ask_again("h1")
            self.until(lambda: self.cell.power.get(self.uuid) == 0)


class BootTest(ConfirmationCase):
    options = {"resume_guests_state_on_host_boot": True}

    def reboot(self):
        self.agent.stop()
        self.agent = self.new_agent()
        self.driver.adopt("world")
        self.driver.reboot_host()
        self.assertEqual(4, self.power())
        self.start()

    def test_what_ran_runs_again_once_it_is_confirmed(self):
        self.running()
        self.verdict("yours", runs=True)
        self.reboot()
        self.until(lambda: self.power() == 1)
        self.assertNotIn(4, self.cell.power.values())

    def test_what_was_off_or_is_not_confirmed_stays_off(self):
        self.running()
        for verdict, runs in (("yours", False), ("unknown", True), ("elsewhere", True)):
            self.verdict(verdict, runs=runs)
            self.reboot()
            self.until(lambda: self.agent.confirmation.is_sure("h1"))
            self.assertNotEqual(1, self.power())

    def test_a_guest_that_stopped_by_itself_is_not_started(self):
        self.running()
        self.driver.set_power(self.uuid, False)
        self.verdict("yours", runs=True)
        self.restart()
        self.until(lambda: self.agent.confirmation.is_sure("h1"))
        self.assertEqual(4, self.power())


class NoResumeTest(ConfirmationCase):
    reboot = BootTest.reboot

    def test_without_the_option_nothing_is_started(self):
        self.running()
        self.verdict("yours", runs=True)
        self.reboot()
        self.cell.wait(lambda: self.cell.power.get(self.uuid) == 4)
        self.assertEqual(4, self.power())


class EventTest(ConfirmationCase):
    options = {"reconcile_interval": 600.0}

    def test_a_guest_that_stops_by_itself_is_told_at_once(self):
        self.running()
        self.driver.guest_stops(self.uuid)
        self.cell.wait(lambda: self.cell.power.get(self.uuid) == 4)
