# SPDX-License-Identifier: Apache-2.0
"""What every driver that can copy a guest's disk does."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.image_work import Snapshotable
from nova_cells.cell.compute.drivers.interface import DriverRefused, MachineUnknown
from tests.parity.core import ABSENT


class SnapshotableParity:
    """A guest's disk is copied while it goes on."""

    capability = Snapshotable

    def content(self, name: str) -> bytes:
        return b"".join(self.driver.captured(self.machine.uuid, name))

    def test_a_guest_goes_on_as_it_was_and_its_copy_stays_the_same(self):
        uuid = self.running()
        before = self.driver.power_state(uuid)
        self.driver.capture(self.machine, "one")
        kept = self.content("one")
        self.assertTrue(kept)
        self.assertEqual(before, self.driver.power_state(uuid))
        self.driver.reboot(uuid, hard=True)
        self.driver.capture(self.machine, "one")
        self.assertEqual(kept, self.content("one"))

    def test_a_guest_that_is_off_is_copied(self):
        self.driver.define(self.machine)
        self.driver.capture(self.machine, "off")
        self.assertTrue(self.content("off"))

    def test_a_newer_copy_takes_the_place_of_an_older_one(self):
        self.running()
        self.driver.capture(self.machine, "old")
        self.driver.capture(self.machine, "new")
        self.assertTrue(self.content("new"))
        self.assertRaises(DriverRefused, self.content, "old")

    def test_a_copy_is_dropped_and_dropped_again(self):
        uuid = self.running()
        self.driver.capture(self.machine, "one")
        for _ in range(2):
            self.driver.drop_capture(uuid, "one")
            self.assertRaises(DriverRefused, self.content, "one")

    def test_a_copy_goes_with_its_machine(self):
        uuid = self.running()
        self.driver.capture(self.machine, "one")
        self.driver.destroy(uuid)
        self.assertEqual(set(), self.driver.machines())
        self.assertRaises(DriverRefused, self.content, "one")
        self.driver.define(self.machine)
        self.assertRaises(DriverRefused, self.content, "one")

    def test_no_unknown_machine_is_copied(self):
        with self.assertRaises(MachineUnknown):
            self.driver.capture(self.make_machine(uuid=ABSENT), "one")
        self.driver.drop_capture(ABSENT, "one")
