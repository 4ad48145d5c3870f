# SPDX-License-Identifier: Apache-2.0
"""What we rely on at Cinder: the same tests run against its twin and against the real one.

Whoever mixes it in makes the things a test needs: `caller`, the context of a member of a project
of its own, and `service`.
"""

from __future__ import annotations

import time
import unittest
import uuid
from typing import Any

from nova_cells.clients.calling.service import Service
from nova_cells.clients.service_faults import Impossible, InUse, NotThere
from nova_cells.clients.volumes.attachments import ATTACHED, ATTACHING, RESERVED
from nova_cells.clients.volumes.cinder import CinderVolumes
from nova_cells.clients.volumes.cinder_attachments import CinderAttachments

Document = dict[str, Any]
CONNECTOR = {"ip": "127.0.0.1", "host": "contract", "initiator": None, "multipath": False}
CONNECTOR |= {"platform": "x86_64", "os_type": "linux", "mountpoint": "/dev/vdb"}
PATIENCE = 60.0


class VolumeContract(unittest.TestCase):
    """Each test ends with nothing left in the volume service."""

    service: Service
    caller: Any

    def begin(self) -> None:
        """Before each test."""
        self.cell = CinderAttachments(self.service, patience=30.0)
        self.volumes = CinderVolumes(self.service, self.cell)
        self.server = str(uuid.uuid4())

    def made(self, size: int = 1, **more: Any) -> Document:
        """A volume of the caller's."""
        key = f"{uuid.uuid4()}/0"
        made = self.volumes.make_volume(self.caller, key, {"size": size, **more})
        self.assertEqual([made["id"]], self.volumes.volumes_made(key))
        self.addCleanup(self.cleared, made["id"])
        return self.settled(made["id"], "available")

    def settled(self, volume: str, status: str) -> Document:
        until = time.monotonic() + PATIENCE
        while True:
            found = self.volumes.volume(self.caller, volume)
            if found["status"] == status or time.monotonic() > until:
                self.assertEqual(status, found["status"])
                return found
            time.sleep(0.3)

    def cleared(self, volume: str) -> None:
        for each in self.cell.attachments_of(self.server):
            self.cell.delete_attachment(each["id"])
        try:
            self.settled(volume, "available")
        except NotThere:
            return
        self.volumes.discard(volume)
        self.volumes.discard(volume)

    def test_a_life(self) -> None:
        volume = self.made()
        attachment = self.volumes.reserve(self.caller, volume["id"], self.server)
        self.settled(volume["id"], "reserved")
        (mine,) = self.cell.attachments_of(self.server)
        told = {"id": attachment, "volume_id": volume["id"], "instance": self.server}
        self.assertEqual({**told, "status": RESERVED, "connection": None}, mine)
        connected = self.cell.update_attachment(attachment, CONNECTOR, device="/dev/vdb")
        self.assertEqual(ATTACHING, self.cell.attachment(attachment)["status"])
        self.assertLessEqual({"driver_volume_type", "data"}, connected["connection"].keys())
        again = self.cell.update_attachment(attachment, CONNECTOR, device="/dev/vdb")
        self.assertEqual(connected["connection"], again["connection"])
        for _twice in range(2):
            self.cell.complete_attachment(attachment)
        found = self.settled(volume["id"], "in-use")
        self.assertEqual(
            [(attachment, self.server)],
            [(each["attachment_id"], each["server_id"]) for each in found["attachments"]],
        )
        self.assertEqual(ATTACHED, self.cell.attachment(attachment)["status"])
        with self.assertRaises(InUse):
            self.cell.delete_volume(volume["id"])
        for _twice in range(2):
            self.cell.delete_attachment(attachment)
        self.settled(volume["id"], "available")
        self.assertEqual([], self.cell.attachments_of(self.server))

    def test_one_of_a_server_without_a_host(self) -> None:
        """It is in use all the same; connected later, and given back from either."""
        volume = self.made()
        attachment = self.volumes.reserve(self.caller, volume["id"], self.server)
        self.cell.complete_attachment(attachment)
        found = self.settled(volume["id"], "in-use")
        self.assertEqual([self.server], [each["server_id"] for each in found["attachments"]])
        connected = self.cell.update_attachment(attachment, CONNECTOR, device="/dev/vdb")
        self.assertIsNotNone(connected["connection"])
        self.cell.complete_attachment(attachment)
        self.settled(volume["id"], "in-use")
        self.cell.delete_attachment(attachment)
        self.settled(volume["id"], "available")

    def test_one_that_another_has(self) -> None:
        volume = self.made()
        self.volumes.reserve(self.caller, volume["id"], self.server)
        with self.assertRaisesRegex(Impossible, "status"):
            self.volumes.reserve(self.caller, volume["id"], str(uuid.uuid4()))
        second = self.cell.create_attachment(volume["id"], self.server, CONNECTOR)
        self.assertEqual(ATTACHING, self.cell.attachment(second["id"])["status"])
        self.assertIsNotNone(second["connection"])
        self.assertEqual(2, len(self.cell.attachments_of(self.server)))

    def test_none_is_connected_beside_another(self) -> None:
        """Not even to what it is connected to already; made with a connector it may be."""
        volume = self.made()
        first = self.volumes.reserve(self.caller, volume["id"], self.server)
        self.cell.update_attachment(first, CONNECTOR, device="/dev/vdb")
        self.cell.complete_attachment(first)
        there = {**CONNECTOR, "host": "there"}
        second = self.cell.create_attachment(volume["id"], self.server, there)
        for one, connector in ((first, CONNECTOR), (second["id"], there)):
            with self.assertRaises(InUse):
                self.cell.update_attachment(one, connector, device="/dev/vdb")
        uses = self.cell.volume(volume["id"])["attachments"]
        self.assertEqual([(first, "contract")], [(u["attachment_id"], u["host"]) for u in uses])
        self.cell.delete_attachment(second["id"])
        self.cell.update_attachment(first, CONNECTOR, device="/dev/vdb")

    def test_what_is_not_there(self) -> None:
        nobody = str(uuid.uuid4())
        for ask in (self.volumes.volume, self.volumes.snapshot):
            with self.assertRaisesRegex(NotThere, nobody):
                ask(self.caller, nobody)
        for strange in ("../types", "a?b", "x" * 32, ""):
            with self.assertRaises(NotThere):
                self.volumes.volume(self.caller, strange)
        with self.assertRaises(NotThere):
            self.volumes.reserve(self.caller, nobody, self.server)
        with self.assertRaises(NotThere):
            self.cell.update_attachment(nobody, CONNECTOR)
        self.cell.delete_attachment(nobody)
        self.volumes.discard(nobody)
        self.volumes.discard_snapshot(nobody)
        with self.assertRaises((NotThere, Impossible)):
            self.volumes.make_volume(self.caller, nobody, {"size": 1, "volume_type": "nope"})

    def test_snapshots(self) -> None:
        volume = self.made()
        attachment = self.volumes.reserve(self.caller, volume["id"], self.server)
        key = f"{uuid.uuid4()}/0"
        with self.assertRaisesRegex(Impossible, "status"):
            self.volumes.make_snapshot(self.caller, key, volume["id"], "contract")
        self.volumes.release(attachment)
        snapshot = self.volumes.make_snapshot(self.caller, key, volume["id"], "contract")
        self.assertEqual([snapshot["id"]], self.volumes.snapshots_made(key))
        self.addCleanup(self._snapshot_gone, key)
        until = time.monotonic() + PATIENCE
        while self.volumes.snapshot(self.caller, snapshot["id"])["status"] != "available":
            self.assertLess(time.monotonic(), until)
            time.sleep(0.3)
        found = self.volumes.snapshot(self.caller, snapshot["id"])
        self.assertEqual((volume["id"], 1), (found["volume_id"], found["size"]))
        copy = self.made(snapshot=snapshot["id"])
        self.assertEqual(1, copy["size"])
        self.cleared(copy["id"])

    def _snapshot_gone(self, key: str) -> None:
        until = time.monotonic() + PATIENCE
        while found := self.volumes.snapshots_made(key):
            self.assertLess(time.monotonic(), until)
            for each in found:
                self.volumes.discard_snapshot(each)
            time.sleep(0.3)
