# SPDX-License-Identifier: Apache-2.0
"""What every driver that can hold guests still does."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.interface import (
    DriverRefused,
    MachineUnknown,
    Pausable,
    PowerState,
)
from tests.parity.core import ABSENT


class PausableParity:
    """A guest is held still and let go on."""

    capability = Pausable

    def test_a_guest_is_held_and_let_go(self):
        uuid = self.running()
        for call, state in (
            (self.driver.pause, PowerState.PAUSED),
            (self.driver.unpause, PowerState.RUNNING),
        ):
            for _ in range(2):
                call(uuid)
                self.assertEqual(state, self.driver.power_state(uuid))

    def test_a_held_guest_can_be_rebooted_switched_off_and_destroyed(self):
        uuid = self.running()
        self.driver.pause(uuid)
        self.driver.reboot(uuid, hard=True)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))
        self.driver.pause(uuid)
        self.driver.set_power(uuid, on=False)
        self.assertEqual(PowerState.SHUTDOWN, self.driver.power_state(uuid))
        self.driver.set_power(uuid, on=True)
        self.driver.pause(uuid)
        self.driver.destroy(uuid)
        self.assertEqual(set(), self.driver.machines())

    def test_only_a_guest_that_runs_can_be_held_or_let_go(self):
        self.driver.define(self.machine)
        for call in (self.driver.pause, self.driver.unpause):
            self.assertRaises(DriverRefused, call, self.machine.uuid)
            self.assertRaises(MachineUnknown, call, ABSENT)
