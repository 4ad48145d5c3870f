# SPDX-License-Identifier: Apache-2.0
"""What every driver that can set passwords does."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.interface import (
    DriverRefused,
    MachineUnknown,
    PasswordSettable,
    PowerState,
)
from tests.parity.core import ABSENT


class PasswordSettableParity:
    """The administrator's password is set inside a guest that runs."""

    capability = PasswordSettable

    def test_a_guest_that_runs_has_its_password_set(self):
        uuid = self.running()
        for _ in range(2):
            self.driver.set_password(uuid, "secret")
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))

    def test_one_that_is_off_or_not_there_has_no_password_set(self):
        self.driver.define(self.machine)
        for uuid, fault in ((self.machine.uuid, DriverRefused), (ABSENT, MachineUnknown)):
            with self.assertRaises(fault):
                self.driver.set_password(uuid, "secret")
