# SPDX-License-Identifier: Apache-2.0
"""A fake hypervisor does what its script says, as often as it says."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from nova_cells.cell.compute.drivers.fake import FakeDriver, Folder, Rule, Script, make_drivers
from nova_cells.cell.compute.drivers.fake.script import EXIT_STATUS
from nova_cells.cell.compute.drivers.interface import (
    Cancelled,
    DriverFailed,
    DriverRefused,
    Surroundings,
)
from tests.unit.cell.compute.worlds import a_machine, configuration

DIES = """
import sys
from pathlib import Path
from nova_cells.cell.compute.drivers.fake import FakeDriver, Folder, Rule, Script
from tests.unit.cell.compute.worlds import a_machine
folder = Path(sys.argv[1])
script = Script([Rule(call="define", act="crash", when=sys.argv[2], times=1)])
script.keep_counts(folder / "played")
driver = FakeDriver(script=script, store=Folder(folder / "machines"))
driver.define(a_machine("11111111-1111-4111-8111-111111111111"))
"""


class ScriptTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_failures_are_of_two_kinds_and_end_after_their_times(self):
        driver = FakeDriver(script=Script([Rule(call="define", act="fail", times=2)]))
        for _ in range(2):
            with self.assertRaises(DriverFailed):
                driver.define(a_machine())
        driver.define(a_machine())
        driver.script.add(Rule(call="set_power", act="refuse", message="no power"))
        with self.assertRaisesRegex(DriverRefused, "no power"):
            driver.set_power(a_machine().uuid, on=True)

    def test_rules_are_about_hosts_uuids_and_names(self):
        one, two = a_machine(name="web-1"), a_machine(name="db-1")
        script = Script(
            [
                Rule(call="define", name="web-*"),
                Rule(call="destroy", uuid=two.uuid),
                Rule(call="inventory", host="h2"),
            ]
        )
        driver, other = FakeDriver("h1", script=script), FakeDriver("h2", script=script)
        with self.assertRaises(DriverFailed):
            driver.define(one)
        driver.define(two)
        with self.assertRaises(DriverFailed):
            driver.destroy(two.uuid)
        driver.destroy(one.uuid)
        driver.inventory()
        with self.assertRaises(DriverFailed):
            other.inventory()

    def test_a_failure_after_the_effect_leaves_the_effect(self):
        driver, machine = FakeDriver(script=Script([Rule(when="after")])), a_machine()
        with self.assertRaises(DriverFailed):
            driver.define(machine)
        self.assertEqual({machine.uuid}, driver.machines())

    def test_a_delay_takes_its_time_and_can_be_cut_short(self):
        driver = FakeDriver(script=Script([Rule(call="define", act="delay", seconds=0.2)]))
        began = time.monotonic()
        told = []
        driver.define(a_machine(), told.append)
        self.assertGreaterEqual(time.monotonic() - began, 0.2)
        self.assertEqual(sorted(told), told)
        self.assertEqual(100, told[-1])

        def stop(_percent):
            raise Cancelled("enough")

        with self.assertRaises(Cancelled):
            driver.define(a_machine(), stop)
        self.assertEqual(1, len(driver.machines()))

    def test_a_crash_ends_the_process_once_and_only_once(self):
        for when, left in (("before", 0), ("after", 1)):
            folder = self.folder / when
            for status, machines in ((EXIT_STATUS, left), (0, 1)):
                command = [sys.executable, "-c", DIES, str(folder), when]
                ended = subprocess.run(command, capture_output=True, check=False)
                self.assertEqual(status, ended.returncode, ended.stderr)
                kept = Folder(folder / "machines").load()
                self.assertEqual(machines, len(kept))

    def test_a_script_of_nonsense_is_told_at_once(self):
        with self.assertRaisesRegex(ValueError, "explode"):
            Rule(act="explode")


class FactoryTest(unittest.TestCase):
    def test_hosts_share_a_script_and_keep_their_machines_apart(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "script.json").write_text(json.dumps([{"call": "define", "times": 1}]))
            conf = configuration()
            conf.set_override("script", str(folder / "script.json"), "fake_driver")
            surroundings = Surroundings(hosts=("a", "b"), state_dir=folder)
            drivers, machine = make_drivers(conf, surroundings), a_machine()
            with self.assertRaises(DriverFailed):
                drivers["a"].define(machine)
            drivers["b"].define(machine)
            again = make_drivers(conf, surroundings)
            self.assertEqual(set(), again["a"].machines())
            self.assertEqual({machine.uuid}, again["b"].machines())

    def test_a_thousand_of_the_tiny_flavor_fit_by_default(self):
        inventory = FakeDriver().inventory()
        self.assertGreaterEqual(inventory.vcpus, 1000)
        self.assertGreaterEqual(inventory.memory_mb - 512, 1000 * 512)
        self.assertGreaterEqual(inventory.disk_gb, 1000)
