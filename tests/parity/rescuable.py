# SPDX-License-Identifier: Apache-2.0
"""What every driver that can start a guest from another image does."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.interface import MachineUnknown, PowerState, Rescuable
from nova_cells.objects import ImageFacts
from tests.parity.core import ABSENT


class RescuableParity:
    """A guest is started from another image beside its own disk."""

    capability = Rescuable

    def rescued(self, machine=None):
        self.driver.rescue(machine or self.machine, self.machine.image or ImageFacts(id="rescue"))

    def test_a_guest_is_rescued_and_has_its_own_disk_again(self):
        uuid = self.running()
        for _ in range(2):
            self.rescued()
            self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))
        for _ in range(2):
            self.driver.unrescue(self.machine)
            self.assertEqual(PowerState.SHUTDOWN, self.driver.power_state(uuid))
        self.driver.set_power(uuid, on=True)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))

    def test_a_guest_that_is_not_rescued_is_left_alone(self):
        uuid = self.running()
        self.driver.unrescue(self.machine)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))

    def test_a_guest_that_is_off_can_be_rescued_and_destroyed(self):
        self.driver.define(self.machine)
        self.rescued()
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(self.machine.uuid))
        self.driver.destroy(self.machine.uuid)
        self.assertEqual(set(), self.driver.machines())

    def test_no_unknown_machine_is_rescued(self):
        absent = self.make_machine(uuid=ABSENT)
        self.assertRaises(MachineUnknown, self.rescued, absent)
        self.assertRaises(MachineUnknown, self.driver.unrescue, absent)
        self.assertEqual(set(), self.driver.machines())
