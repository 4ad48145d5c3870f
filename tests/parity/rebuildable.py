# SPDX-License-Identifier: Apache-2.0
"""What every driver that can make a guest's disks anew does."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.interface import MachineUnknown, PowerState, Rebuildable
from tests.parity.core import ABSENT


class RebuildableParity:
    """A guest's disks are made anew from an image."""

    capability = Rebuildable

    def test_a_guest_begins_anew_and_is_off(self):
        uuid = self.running()
        for _ in range(2):
            self.driver.rebuild(self.machine)
            self.assertEqual(PowerState.SHUTDOWN, self.driver.power_state(uuid))
            self.assertEqual({uuid}, self.driver.machines())
        self.driver.set_power(uuid, on=True)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))

    def test_no_unknown_machine_is_rebuilt(self):
        with self.assertRaises(MachineUnknown):
            self.driver.rebuild(self.make_machine(uuid=ABSENT))
        self.assertEqual(set(), self.driver.machines())
