# SPDX-License-Identifier: Apache-2.0
"""What every driver that copies a running guest's disk without holding the guest does."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.image_work import LiveSnapshotable
from nova_cells.cell.compute.drivers.interface import Cancelled, DriverRefused, PowerState


class LiveSnapshotableParity:
    """A running guest goes on while its disk is copied."""

    capability = LiveSnapshotable

    def test_a_guest_runs_while_it_is_copied(self):
        uuid, seen = self.running(), []
        self.driver.capture(
            self.machine, "live", lambda percent: seen.append(self.driver.power_state(uuid))
        )
        self.assertLessEqual(set(seen), {PowerState.RUNNING})
        self.assertTrue(b"".join(self.driver.captured(uuid, "live")))
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))

    def test_a_copy_nobody_wants_any_more_is_broken_off(self):
        uuid, told = self.running(), []

        def unwanted(percent):
            told.append(percent)
            raise Cancelled("not wanted")

        try:
            self.driver.capture(self.machine, "live", unwanted)
        except Cancelled:
            self.assertFalse(self.driver_keeps("live"))
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))
        self.driver.capture(self.machine, "again")
        self.assertTrue(self.driver_keeps("again"))

    def driver_keeps(self, name):
        try:
            return bool(b"".join(self.driver.captured(self.machine.uuid, name)))
        except DriverRefused:
            return False
