# SPDX-License-Identifier: Apache-2.0
"""What every driver that can set passwords does."""

from __future__ import annotations

from contextlib import suppress

from nova_cells.cell.compute.drivers.interface import (
    DriverFailed,
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
        self.machine = self.with_agent()
        uuid = self.listening()
        for password in ("secret", "an$other 'one'"):
            self.machine.admin_password = password
            self.eventually(self.is_told, "the agent in the guest answers")
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))

    def is_told(self):
        with suppress(DriverFailed):
            self.driver.set_password(self.machine)
            return True

    def test_one_that_is_off_or_not_there_has_no_password_set(self):
        self.driver.define(self.machine)
        absent = self.make_machine(uuid=ABSENT)
        for machine, fault in ((self.machine, DriverRefused), (absent, MachineUnknown)):
            machine.admin_password = "secret"
            with self.assertRaises(fault):
                self.driver.set_password(machine)
