# SPDX-License-Identifier: Apache-2.0
"""What every driver that can have guests dump their memory does."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.interface import (
    CrashDumpable,
    DriverRefused,
    MachineUnknown,
    PowerState,
)
from tests.parity.core import ABSENT


class CrashDumpableParity:
    """A guest is made to dump its memory."""

    capability = CrashDumpable

    def test_a_guest_that_runs_can_be_asked_for_a_dump(self):
        uuid = self.running()
        for _ in range(2):
            self.driver.trigger_crash_dump(uuid)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))

    def test_one_that_is_off_or_not_there_can_not_be_asked_for_a_dump(self):
        self.driver.define(self.machine)
        for uuid, fault in ((self.machine.uuid, DriverRefused), (ABSENT, MachineUnknown)):
            with self.assertRaises(fault):
                self.driver.trigger_crash_dump(uuid)
