# SPDX-License-Identifier: Apache-2.0
"""When a host's guests are to be served their metadata."""

from __future__ import annotations

import threading
import unittest

from nova_cells.cell.compute.drivers.fake import FakeDriver
from nova_cells.cell.compute.drivers.interface import HypervisorUnreachable
from nova_cells.cell.compute.drivers.local_network import Link, LocalNetworkable
from nova_cells.cell.compute.local_guests import LocalGuests
from tests.unit.cell.compute.worlds import a_machine, some_work

NIC = {"id": "n", "mac": "fa:16:3e:00:00:01", "bridge": None, "forward": "open"}


class Service:
    def __init__(self):
        self.hosts = []
        self.told = threading.Event()
        self.stopped = False

    def needed(self, host):
        self.hosts.append(host)
        self.told.set()

    def stop(self):
        self.stopped = True


class Wired(FakeDriver, LocalNetworkable):
    away = False

    def links(self):
        if self.away:
            raise HypervisorUnreachable("away")
        return [Link("n", "b", "10.0.0.1", {})] if self.machines() else []


class LocalGuestsTest(unittest.TestCase):
    def setUp(self):
        self.drivers = {"one": Wired(), "two": Wired()}
        for driver in self.drivers.values():
            driver.adopt("d")
        self.service = Service()
        self.guests = LocalGuests(self.drivers, self.service, "agent")

    def test_work_on_a_guest_with_a_local_interface(self):
        self.guests.wired(some_work(a_machine(), "create_machine"))
        self.guests.wired(some_work(a_machine(nics=[{**NIC, "bridge": "br"}]), "create_machine"))
        self.assertEqual([], self.service.hosts)
        for work in (
            some_work(a_machine(nics=[NIC]), "create_machine"),
            some_work(a_machine(), "attach_nic", arguments={"nic": NIC}),
        ):
            self.guests.wired(work)
            self.assertEqual([work.host], self.service.hosts)
            self.service.hosts.clear()

    def test_guests_that_were_there_before(self):
        self.drivers["one"].define(a_machine())
        self.drivers["two"].define(a_machine())
        self.drivers["two"].away = True
        self.guests.start()
        self.addCleanup(self.guests.stop)
        self.guests.welcomed()
        self.assertTrue(self.service.told.wait(10))
        self.assertEqual({"one"}, set(self.service.hosts))

    def test_a_host_that_is_not_in_service_is_not_asked(self):
        self.drivers["one"].define(a_machine())
        self.drivers["one"].deployment = ""
        self.guests.look()
        self.assertEqual([], self.service.hosts)

    def test_work_that_ends_late_brings_nothing_back(self):
        self.guests.start()
        self.guests.stop()
        self.service.hosts.clear()
        self.guests.wired(some_work(a_machine(nics=[NIC]), "create_machine"))
        self.assertEqual(([], True), (self.service.hosts, self.service.stopped))

    def test_without_a_service_nothing_is_done(self):
        guests = LocalGuests(self.drivers, None, "agent")
        guests.start()
        guests.wired(some_work(a_machine(nics=[NIC]), "create_machine"))
        guests.welcomed()
        guests.stop()
        self.guests.stop()
        self.assertTrue(self.service.stopped)
