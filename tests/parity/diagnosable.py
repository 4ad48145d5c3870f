# SPDX-License-Identifier: Apache-2.0
"""What every driver that can count what its guests use does."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.interface import Diagnosable, DriverRefused, MachineUnknown
from tests.parity.core import ABSENT

DISK = {"read_bytes", "read_requests", "write_bytes", "write_requests", "errors_count"}


class DiagnosableParity:
    """What a guest uses is counted."""

    capability = Diagnosable

    def test_a_guest_that_runs_is_counted(self):
        found = self.driver.diagnostics(self.running())
        self.assertEqual("running", found.state)
        self.assertEqual(self.machine.vcpus, len(found.cpus))
        self.assertEqual({"maximum", "used"}, set(found.memory))
        for cpu in found.cpus:
            self.assertEqual({"id", "time", "utilisation"}, set(cpu))
        self.assertTrue(0 < found.memory["used"] <= found.memory["maximum"])
        self.assertTrue(found.disks)
        for disk in found.disks:
            self.assertEqual(DISK, set(disk))
        self.assertEqual(len(self.machine.nics), len(found.nics))
        for nic in found.nics:
            self.assertLessEqual({"mac_address", "rx_octets", "tx_octets"}, set(nic))

    def test_one_that_is_off_or_not_there_is_not_counted(self):
        self.driver.define(self.machine)
        for uuid, fault in ((self.machine.uuid, DriverRefused), (ABSENT, MachineUnknown)):
            with self.assertRaises(fault):
                self.driver.diagnostics(uuid)
