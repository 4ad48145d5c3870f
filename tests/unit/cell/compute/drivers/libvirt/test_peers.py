# SPDX-License-Identifier: Apache-2.0
"""Where another host's hypervisor is: an address out of a ticket, and nothing else."""

from __future__ import annotations

import unittest

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.peers import Peers

PEERS = Peers("192.0.2.1", "qemu+tls://%(host)s/system")


class PeersTest(unittest.TestCase):
    def test_names_and_addresses_of_both_kinds(self):
        for address, host in (
            ("192.0.2.9", "192.0.2.9"),
            ("2001:db8::9", "[2001:db8::9]"),
            ("rack-4.example", "rack-4.example"),
        ):
            self.assertEqual(f"qemu+tls://{host}/system", PEERS.uri(address))

    def test_what_is_more_than_an_address_is_refused(self):
        for address in ("", "a/b?socket=/tmp/x", "user@host", "h:16509", "a b", "%(host)s", "h#"):
            with self.assertRaises(DriverRefused, msg=address):
                PEERS.uri(address)
