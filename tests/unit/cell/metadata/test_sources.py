# SPDX-License-Identifier: Apache-2.0
"""Asking a cell over its bus: what its answers, its refusals and its silence come to."""

from __future__ import annotations

import time
import unittest
import uuid as uuids

from nova_cells.cell.metadata.sources import CellSource, HostSource, NoAnswer, NoGuest, NoPassword
from nova_cells.contracts import Cell, Conductor, FaultCode, Refused
from nova_cells.runtime.messaging import Bus
from tests.unit.cell.compute.guest_data.machines import UUID, machine

PLACE = ("hv1", "10.0.0.7")


class Answering:
    """A conductor as metadata services see it: one guest."""

    def __init__(self):
        self.password = None

    def guest(self, uuid):
        if uuid == "odd":
            raise Refused(FaultCode.CONFLICT, "odd")
        if uuid != UUID:
            raise Refused(FaultCode.INSTANCE_NOT_FOUND)
        return machine(hostname="here")

    def take_password(self, uuid, password):
        self.guest(uuid)
        if password == "bad":
            raise Refused(FaultCode.INVALID)
        taken, self.password = self.password is None, self.password or password
        return taken

    def guest_at(self, host, address):
        return self.guest(UUID if (host, address) == PLACE else "")

    def take_password_at(self, host, address, password):
        return self.take_password(self.guest_at(host, address).uuid, password)

    def __getattr__(self, name):
        return lambda **_arguments: None


class SourcesTest(unittest.TestCase):
    def setUp(self):
        self.bus = Bus(f"local://{uuids.uuid4()}")
        self.by_uuid = CellSource(self.bus, 5.0)
        self.by_address = HostSource(self.bus, PLACE[0], 5.0)

    def serve(self):
        for interface in (Cell, Conductor):
            server = self.bus.serve(interface, Answering(), address="c")
            server.start()
            self.addCleanup(server.stop)

    def test_a_guest_and_its_password(self):
        self.serve()
        for source, key in ((self.by_uuid, UUID), (self.by_address, PLACE[1])):
            self.assertEqual("here", source.guest(key).guest_data["hostname"])
            self.assertTrue(source.take_password(key, "x"))
            self.assertFalse(source.take_password(key, "y"))
            self.assertRaises(NoPassword, source.take_password, key, "bad")
            self.assertRaises(NoGuest, source.guest, "nobody")
            self.assertRaises(NoGuest, source.take_password, "nobody", "x")
        self.assertRaises(NoAnswer, self.by_uuid.guest, "odd")

    def test_without_a_conductor_it_is_over_in_its_time(self):
        began = time.monotonic()
        for source in (CellSource(self.bus, 0.2), HostSource(self.bus, "hv1", 0.2)):
            self.assertRaises(NoAnswer, source.guest, UUID)
            self.assertRaises(NoAnswer, source.take_password, UUID, "x")
        self.assertLess(time.monotonic() - began, 5)
