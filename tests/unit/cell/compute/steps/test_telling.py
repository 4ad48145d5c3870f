# SPDX-License-Identifier: Apache-2.0
"""Vendor data on its way to a config drive."""

from __future__ import annotations

import unittest

from nova_cells.cell.compute.drivers.fake import FakeDriver
from nova_cells.cell.compute.drivers.interface import DriverFailed
from nova_cells.cell.compute.steps import Task, step_named
from nova_cells.clients.vendor_data import VendorData, VendorDataUnavailable
from tests.unit.cell.compute.worlds import a_machine, some_work


class Told(VendorData):
    def __init__(self) -> None:
        self.asked: list[str] = []
        self.broken = False

    def of(self, machine):
        self.asked.append(machine.uuid)
        if self.broken:
            raise VendorDataUnavailable("Vendor data x is not available.")
        return {"vendor_data": {"a": 1}, "vendor_data2": {"x": 2}}


class Seeing(FakeDriver):
    seen = None

    def define(self, machine, progress=None):
        self.seen = machine
        super().define(machine, progress)

    def rebuild(self, machine, progress=None):
        self.seen = machine
        super().rebuild(machine, progress)


class TellingTest(unittest.TestCase):
    def setUp(self) -> None:
        self.driver = Seeing()
        self.driver.adopt("telling")
        self.vendor = Told()

    def run_step(self, machine, name="create_machine"):
        work = some_work(machine, name)
        task = Task(self.driver, work, lambda percent: None, vendor_data=self.vendor)
        return step_named(name).run(task)

    def test_a_machine_with_a_config_drive_is_made_and_made_anew_with_it(self):
        machine = a_machine(config_drive=True, guest_data={"hostname": "h"})
        for name in ("create_machine", "rebuild_machine"):
            self.run_step(machine, name)
            expected = {"hostname": "h", "vendor_data": {"a": 1}, "vendor_data2": {"x": 2}}
            self.assertEqual(expected, self.driver.seen.guest_data)
        self.assertEqual({"hostname": "h"}, machine.guest_data)

    def test_nobody_is_asked_for_a_machine_without_one(self):
        self.run_step(a_machine(guest_data={"hostname": "h"}))
        self.assertEqual([], self.vendor.asked)
        self.assertEqual({"hostname": "h"}, self.driver.seen.guest_data)

    def test_where_it_must_not_be_missing_nothing_is_made(self):
        self.vendor.broken = True
        with self.assertRaises(DriverFailed):
            self.run_step(a_machine(config_drive=True))
        self.assertEqual(set(), self.driver.machines())
