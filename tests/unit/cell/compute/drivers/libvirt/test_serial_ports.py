# SPDX-License-Identifier: Apache-2.0
"""Each guest of a host has a port of its own, and gives it back."""

from __future__ import annotations

import unittest
import uuid
from concurrent.futures import ThreadPoolExecutor

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.serial_ports import SerialPorts

UUIDS = [str(uuid.UUID(int=number)) for number in range(50)]


class SerialPortsTest(unittest.TestCase):
    def test_each_has_its_own_and_keeps_it(self):
        ports = SerialPorts("20000:20049", dict)
        with ThreadPoolExecutor(8) as pool:
            given = list(pool.map(ports.of, UUIDS))
        self.assertEqual(set(range(20000, 20050)), set(given))
        self.assertEqual(given, [ports.of(uuid) for uuid in UUIDS])

    def test_when_all_are_taken_the_next_is_refused_until_one_is_free(self):
        ports = SerialPorts("20000:20001", dict)
        given = ports.of(UUIDS[0])
        ports.of(UUIDS[1])
        with self.assertRaisesRegex(DriverRefused, "All 2 ports"):
            ports.of(UUIDS[2])
        ports.free(UUIDS[0])
        self.assertEqual(given, ports.of(UUIDS[2]))

    def test_what_definitions_name_is_taken(self):
        known = {UUIDS[0]: 20001, "somebody else's": 20000}
        ports = SerialPorts("20000:20002", lambda: dict(known))
        self.assertEqual([20001, 20002], [ports.of(uuid) for uuid in UUIDS[:2]])

    def test_a_machine_that_was_never_there_is_let_go(self):
        SerialPorts("20000:20001", dict).free(UUIDS[0])
