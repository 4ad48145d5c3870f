# SPDX-License-Identifier: Apache-2.0
"""What every driver knows of the lives its machines are in."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.interface import Driver, DriverRefused, PowerState


class LivesParity:
    """A host tells in which life each guest was made, and refuses an earlier one."""

    capability = Driver

    def test_the_life_of_a_machine_is_told(self):
        self.assertEqual({}, self.driver.lives())
        self.machine = self.machine.replace(epoch=2, home_generation=3)
        self.driver.define(self.machine)
        self.assertEqual({self.machine.uuid: (2, 3)}, self.driver.lives())
        self.driver.adopt("somebody-else")
        self.addCleanup(self.driver.adopt, self.deployment)
        self.assertEqual({}, self.driver.lives())
        self.driver.adopt(self.deployment)

    def test_a_later_life_is_taken_on_and_an_earlier_refused(self):
        uuid = self.running()
        later = self.machine.replace(home_generation=1)
        self.driver.define(later)
        self.assertEqual({uuid: (later.epoch, 1)}, self.driver.lives())
        with self.assertRaises(DriverRefused):
            self.driver.define(self.machine)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))
        self.assertEqual({uuid: (later.epoch, 1)}, self.driver.lives())
