# SPDX-License-Identifier: Apache-2.0
"""What every driver that can put a guest's memory away does."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.interface import (
    DriverRefused,
    MachineUnknown,
    PowerState,
    Suspendable,
)
from tests.parity.core import ABSENT


class SuspendableParity:
    """A guest's memory is put away on disk and it goes on from there."""

    capability = Suspendable

    def test_a_guest_is_put_away_and_goes_on(self):
        uuid = self.running()
        for _ in range(2):
            self.driver.suspend(uuid)
            self.assertNotEqual(PowerState.RUNNING, self.driver.power_state(uuid))
        for _ in range(2):
            self.driver.resume(uuid)
            self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))

    def test_a_guest_put_away_can_be_rebooted_and_destroyed(self):
        uuid = self.running()
        self.driver.suspend(uuid)
        self.driver.reboot(uuid, hard=True)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))
        self.driver.suspend(uuid)
        self.driver.destroy(uuid)
        self.assertEqual(set(), self.driver.machines())

    def test_a_guest_that_is_off_has_nothing_to_put_away(self):
        self.driver.define(self.machine)
        self.assertRaises(DriverRefused, self.driver.suspend, self.machine.uuid)
        self.driver.resume(self.machine.uuid)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(self.machine.uuid))

    def test_an_unknown_machine_is_refused(self):
        for call in (self.driver.suspend, self.driver.resume):
            self.assertRaises(MachineUnknown, call, ABSENT)
