# SPDX-License-Identifier: Apache-2.0
"""What every driver that can bring a guest's file systems to rest does."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.image_work import Quiescable
from nova_cells.cell.compute.drivers.interface import DriverRefused, MachineUnknown, PowerState
from tests.parity.core import ABSENT


class QuiescableParity:
    """A guest's file systems are brought to rest and let go on."""

    capability = Quiescable

    def test_a_guest_that_is_off_is_at_rest(self):
        self.driver.define(self.machine)
        self.driver.quiesce(self.machine)
        self.driver.unquiesce(self.machine.uuid)
        self.assertEqual(PowerState.SHUTDOWN, self.driver.power_state(self.machine.uuid))

    def test_a_held_guest_is_not_brought_to_rest(self):
        uuid = self.running()
        self.driver.pause(uuid)
        self.assertRaises(DriverRefused, self.driver.quiesce, self.machine)
        self.driver.unquiesce(uuid)
        self.assertEqual(PowerState.PAUSED, self.driver.power_state(uuid))

    def test_an_unknown_machine_is_not_brought_to_rest(self):
        with self.assertRaises(MachineUnknown):
            self.driver.quiesce(self.make_machine(uuid=ABSENT))
        self.driver.unquiesce(ABSENT)
