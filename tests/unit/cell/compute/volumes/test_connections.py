# SPDX-License-Identifier: Apache-2.0
"""What a host has connected for whom: once, kept over deaths, let go of by the last."""

from __future__ import annotations

import os
import tempfile
import unittest
from pathlib import Path

from nova_cells.cell.compute.drivers.interface import DriverFailed, DriverRefused
from nova_cells.cell.compute.volumes.book import Book
from nova_cells.cell.compute.volumes.connections import Connections

ONE, OTHER = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
VOLUME, SECOND = "33333333-3333-4333-8333-333333333333", "44444444-4444-4444-8444-444444444444"


class Brick:
    """Storages whose volumes are files of a folder, and whoever fails when told to."""

    def __init__(self, folder):
        self.folder = folder
        self.connected, self.mounted, self.asked = set(), set(), []
        self.fails = False

    def connect(self, connection):
        self.asked.append("connect")
        if self.fails:
            raise DriverFailed("no")
        data = connection["data"]
        self.mounted.add(data["export"])
        self.connected.add(data["name"])
        path = self.folder / data["name"]
        path.touch()
        return {"path": str(path)}

    def disconnect(self, connection, device):
        self.asked.append("disconnect")
        self.connected.discard(connection["data"]["name"])

    def unmount(self, connection):
        self.mounted.discard(connection["data"]["export"])

    def is_mounted(self, connection):
        return connection["data"]["export"] in self.mounted

    def extend(self, connection):
        return 3 << 30


class ConnectionsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.brick, self.boot = Brick(self.folder), "boot 1"
        self.connections = self.agent()

    def agent(self):
        """A new life of it: it knows what its book knows."""
        return Connections(
            Book(self.folder / "volumes" / "book"),
            self.brick,
            self.folder / "locks",
            lambda: self.boot,
        )

    def volume(self, volume_id=VOLUME, kind="nfs", **data):
        told = {"export": "storage:/share", "name": f"volume-{volume_id}", "format": "qcow2"}
        connection = {"driver_volume_type": kind, "data": {**told, **data}}
        return {"id": volume_id, "connection": connection}

    def connect(self, uuid=ONE, **wish):
        return self.connections.connect("h1", uuid, self.volume(**wish))

    def test_a_guest_gets_a_path_and_its_format(self):
        connection = self.connect()["connection"]
        self.assertEqual("local", connection["driver_volume_type"])
        self.assertEqual("qcow2", connection["data"]["format"])
        self.assertTrue(os.path.exists(connection["data"]["device_path"]))

    def test_what_is_there_is_only_looked_at(self):
        for _ in range(3):
            self.connect()
        self.assertEqual(["connect"], self.brick.asked)

    def test_after_a_boot_of_the_host_it_is_connected_again(self):
        self.connect()
        self.boot = "boot 2"
        self.connections = self.agent()
        self.connections.again("h1", ONE)
        self.assertEqual(["connect", "connect"], self.brick.asked)

    def test_a_failure_is_still_let_go_of(self):
        self.brick.fails = True
        self.assertRaises(DriverFailed, self.connect)
        self.connections = self.agent()
        self.connections.release_all("h1", ONE)
        self.assertEqual(["connect", "disconnect"], self.brick.asked)
        self.assertEqual([], list(self.connections.book.every()))

    def test_the_last_of_those_who_share_it_lets_go(self):
        self.connect(ONE)
        self.connect(OTHER)
        self.connections.release("h1", ONE, VOLUME)
        self.assertEqual({f"volume-{VOLUME}"}, self.brick.connected)
        self.connections.release("h1", OTHER, VOLUME)
        self.assertEqual((set(), set()), (self.brick.connected, self.brick.mounted))

    def test_an_export_stays_while_a_neighbour_is_on_it(self):
        self.connect(ONE)
        self.connect(ONE, volume_id=SECOND)
        self.connections.release("h1", ONE, VOLUME)
        self.assertEqual({"storage:/share"}, self.brick.mounted)
        self.connections.release_all("h1", ONE)
        self.assertEqual(set(), self.brick.mounted)

    def test_to_let_go_of_nothing_is_silent(self):
        self.connections.release("h1", ONE, VOLUME)
        self.connections.release_all("h1", ONE)
        self.assertEqual([], self.brick.asked)

    def test_nobody_else_reads_the_book(self):
        self.connect(auth_password="hush")
        (file,) = (self.folder / "volumes" / "book").rglob("*.json")
        self.assertEqual(0o600, file.stat().st_mode & 0o777)
        self.assertIn("hush", file.read_text())

    def test_another_connection_takes_the_place_of_the_first(self):
        self.connect()
        self.connect(name="elsewhere")
        self.assertEqual({"elsewhere"}, self.brick.connected)

    def test_a_host_that_was_told_nothing_refuses(self):
        volume = {"id": VOLUME, "connection": None}
        self.assertRaises(DriverRefused, self.connections.connect, "h1", ONE, volume)

    def test_files_are_as_large_as_they_are_and_devices_say_it(self):
        self.connect()
        self.assertEqual(0, self.connections.extend("h1", ONE, VOLUME))
        self.connect(volume_id=SECOND, kind="iscsi")
        self.assertEqual(3 << 30, self.connections.extend("h1", ONE, SECOND))

    def test_a_volume_that_is_called_otherwise_is_let_go_of_by_that_name(self):
        self.connect(volume_id=SECOND)
        for _ in range(2):
            self.connect()
            self.connections.take_place("h1", ONE, VOLUME, SECOND)
            self.assertEqual({f"volume-{VOLUME}"}, self.brick.connected)
        self.connections.release("h1", ONE, VOLUME)
        self.assertEqual({f"volume-{VOLUME}"}, self.brick.connected)
        self.connections.release("h1", ONE, SECOND)
        self.assertEqual(set(), self.brick.connected)
