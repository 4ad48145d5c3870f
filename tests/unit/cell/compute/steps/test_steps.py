# SPDX-License-Identifier: Apache-2.0
"""What each host step asks of a driver."""

from __future__ import annotations

import unittest

from nova_cells.cell.compute.drivers.fake import FakeDriver, Rule
from nova_cells.cell.compute.drivers.interface import Cancelled, MachineUnknown, PowerState
from nova_cells.cell.compute.steps import Task, step_named
from nova_cells.cell.compute.steps.registry import STEPS
from nova_cells.objects import ImageFacts
from nova_cells.runtime import crash
from tests.unit.cell.compute.worlds import a_machine, some_work


class StepsTest(unittest.TestCase):
    def setUp(self):
        self.driver = FakeDriver()
        self.driver.adopt("steps")
        self.machine = a_machine(image=ImageFacts(id="image"))

    def run_step(self, name, progress=lambda percent: None, **arguments):
        work = some_work(self.machine, name, arguments=arguments)
        return step_named(name).run(Task(self.driver, work, progress, shutdown_timeout=0.2))

    def on(self):
        self.run_step("create_machine")
        self.run_step("power_on")

    def boots(self):
        return self.driver.console_output(self.machine.uuid, -1).count("fake guest, boot")

    def test_the_registry_knows_every_step_and_what_makes_and_unmakes(self):
        self.assertIsNone(step_named("nothing"))
        self.assertLessEqual({"create_machine", "destroy_machine", "power_off"}, set(STEPS))
        makes = {name for name, step in STEPS.items() if step.makes}
        self.assertLessEqual({"create_machine", "prepare_live_migration"}, makes)
        unmakes = {name for name, step in STEPS.items() if step.unmakes}
        self.assertLessEqual({"destroy_machine", "forget_departed"}, unmakes)
        self.assertEqual(set(), makes & unmakes)

    def test_every_step_may_run_twice(self):
        for name, state in (
            ("create_machine", PowerState.SHUTDOWN),
            ("power_on", PowerState.RUNNING),
            ("power_off", PowerState.SHUTDOWN),
            ("reboot", PowerState.RUNNING),
            ("pause_machine", PowerState.PAUSED),
            ("unpause_machine", PowerState.RUNNING),
            ("suspend_machine", PowerState.SUSPENDED),
            ("resume_machine", PowerState.RUNNING),
            ("set_password", PowerState.RUNNING),
            ("trigger_crash_dump", PowerState.RUNNING),
            ("rescue_machine", PowerState.RUNNING),
            ("unrescue_machine", PowerState.RUNNING),
            ("rebuild_machine", PowerState.SHUTDOWN),
            ("power_as_asked", PowerState.RUNNING),
            ("destroy_machine", PowerState.NOSTATE),
        ):
            for _ in range(2):
                self.assertEqual({"power_state": state}, self.run_step(name), name)

    def test_a_stop_asks_first_and_then_pulls_the_plug(self):
        self.on()
        self.driver.script.add(Rule(call="set_power", act="fail"))
        with self.assertRaisesRegex(Exception, "told to fail"):
            self.run_step("power_off")
        self.assertEqual(PowerState.SHUTDOWN, self.driver.power_state(self.machine.uuid))
        self.driver.script.clear()
        self.run_step("power_on")
        self.driver.script.add(Rule(call="shut_down", act="ignore"))
        self.run_step("power_off", shutdown_timeout=0.05)
        self.assertEqual(PowerState.SHUTDOWN, self.driver.power_state(self.machine.uuid))

    def test_a_stop_of_no_patience_does_not_ask(self):
        self.on()
        self.driver.script.add(Rule(call="shut_down", act="fail"))
        self.run_step("power_off", shutdown_timeout=0)
        self.assertEqual(PowerState.SHUTDOWN, self.driver.power_state(self.machine.uuid))

    def test_a_soft_reboot_asks_and_a_hard_one_does_not(self):
        self.on()
        self.driver.script.add(Rule(call="shut_down", act="fail"))
        with self.assertRaisesRegex(Exception, "told to fail"):
            self.run_step("reboot", type="SOFT")
        self.run_step("reboot", type="HARD")
        self.assertEqual(2, self.boots())
        self.driver.script.clear()
        self.run_step("reboot", type="SOFT")
        self.assertEqual(3, self.boots())

    def test_a_soft_reboot_that_is_no_longer_wanted_ends(self):
        self.on()
        self.driver.script.add(Rule(call="shut_down", act="ignore"))

        def stop(_percent):
            raise Cancelled("enough")

        with self.assertRaises(Cancelled):
            self.run_step("reboot", stop, type="SOFT", shutdown_timeout=0.05)

    def test_power_on_of_nothing_is_refused(self):
        with self.assertRaises(MachineUnknown):
            self.run_step("power_on")

    def test_every_effect_lies_between_two_crash_points(self):
        seen = []
        with crash.armed(seen.append):
            self.on()
            self.run_step("power_off")
            self.run_step("reboot")
            self.run_step("destroy_machine")
        calls = ["define", "set_power", "shut_down", "set_power", "reboot", "destroy"]
        self.assertEqual(
            [f"driver:{when}:{call}" for call in calls for when in ("before", "after")], seen
        )
