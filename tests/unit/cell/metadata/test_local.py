# SPDX-License-Identifier: Apache-2.0
"""The listening places of hosts with a local network."""

from __future__ import annotations

import socket
import unittest
import uuid as uuids
from types import SimpleNamespace

from nova_cells.cell.metadata import local
from nova_cells.cell.metadata.listening import listening
from nova_cells.cell.metadata.local import LocalMetadata
from nova_cells.clients.vendor_data import NoVendorData
from nova_cells.runtime.messaging import Bus


class Serving:
    def __init__(self, place):
        self.place = place
        self.started = self.stopped = 0

    def start(self):
        self.started += 1

    def stop(self):
        self.stopped += 1
        self.place.close()


class LocalMetadataTest(unittest.TestCase):
    def setUp(self):
        self.addCleanup(setattr, local, "ADDRESS", local.ADDRESS)
        local.ADDRESS = "127.0.0.1"
        self.made = []
        self.options = SimpleNamespace(
            local_port=0, namespaces={"lost": "no-such-namespace"}, timeout=1.0, local_cache=1.0
        )

        def serve(_application, place):
            self.made.append(Serving(place))
            return self.made[-1]

        bus = Bus(f"local://{uuids.uuid4()}")
        self.local = LocalMetadata(self.options, bus, NoVendorData(), serve)
        self.addCleanup(self.local.stop)

    def test_one_place_a_host_until_the_end(self):
        for host in ("hv1", "hv1", "hv2", "hv1"):
            self.local.needed(host)
        self.assertEqual([1, 1], [each.started for each in self.made])
        ports = {each.place.getsockname() for each in self.made}
        self.assertEqual({"127.0.0.1"}, {address for address, _port in ports})
        self.local.stop()
        self.assertEqual([1, 1], [each.stopped for each in self.made])

    def test_a_place_that_can_not_be_had_is_told_and_tried_again(self):
        for _ in range(2):
            with self.assertLogs("nova_cells.cell.metadata.local", "ERROR"):
                self.local.needed("lost")
        self.assertEqual([], self.made)
        self.options.namespaces.clear()
        self.local.needed("lost")
        self.assertEqual(1, len(self.made))


class ListeningTest(unittest.TestCase):
    def test_an_address_that_is_not_there_yet(self):
        with listening("192.0.2.7", 0) as place:
            self.assertEqual("192.0.2.7", place.getsockname()[0])

    def test_a_port_that_is_taken(self):
        with (
            socket.create_server(("127.0.0.1", 0)) as other,
            self.assertRaises(OSError),
        ):
            listening("127.0.0.1", other.getsockname()[1])
