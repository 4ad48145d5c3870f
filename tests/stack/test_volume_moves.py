# SPDX-License-Identifier: Apache-2.0
"""Volumes follow their guest to other hosts, and their bytes to other volumes."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from kit.stack.rest import Refused

from tests.stack.inside import InsideCase

ROOT = {
    "boot_index": 0,
    "source_type": "image",
    "destination_type": "volume",
    "volume_size": 1,
    "delete_on_termination": True,
}


class MovesTest(InsideCase):
    def test_root_and_data_go_with_the_guest(self) -> None:
        """Live, cold, and from a host that died; each time they are connected there alone."""
        root = [{**ROOT, "uuid": self.image}]
        volume = self.new_volume()
        uuid = self.watching("carol", imageRef=None, block_device_mapping_v2=root)
        self.give(uuid, volume)
        self.reads(uuid, "written by carol")
        with self.subTest("live"):
            self.goes(uuid, "os-migrateLive", {"host": None, "block_migration": "auto"})
            self.take(uuid, volume)
            self.until(lambda: self.said(uuid)[-1:] == ["gone"], "the same guest has let go")
            self.give(uuid, volume)
            self.reads(uuid, "written by carol")
        with self.subTest("cold"):
            self.goes(uuid, "migrate", None, "VERIFY_RESIZE")
            self.act(uuid, "confirmResize")
            self.wait(uuid)
            self.reads(uuid, "written by carol")
            self.assertConnectedAlone(uuid)
        with self.subTest("cold, and back"):
            host = self.server(uuid)["OS-EXT-SRV-ATTR:host"]
            self.goes(uuid, "migrate", None, "VERIFY_RESIZE")
            self.act(uuid, "revertResize")
            self.assertEqual(host, self.wait(uuid)["OS-EXT-SRV-ATTR:host"])
            self.reads(uuid, "written by carol")
            self.assertConnectedAlone(uuid)
        with self.subTest("from a dead host"):
            self.loses(host)
            self.goes(uuid, "evacuate", {}, "ACTIVE", "SHUTOFF")
            self.runs(uuid)
            self.reads(uuid, "written by carol")

    def goes(self, uuid: str, action: str, body: Any, *then: str) -> None:
        """It has another host afterwards, and whatever is attached is so to that one."""
        before = self.server(uuid)["OS-EXT-SRV-ATTR:host"]
        self.act(uuid, action, body, admin=True)
        after = self.wait(uuid, *then)
        self.assertNotEqual(before, after["OS-EXT-SRV-ATTR:host"])
        if after["status"] != "VERIFY_RESIZE":
            self.assertConnectedAlone(uuid)

    def assertConnectedAlone(self, uuid: str) -> None:
        """One attachment each, which is its host's."""
        host = self.server(uuid)["OS-EXT-SRV-ATTR:host"]
        volumes = [one["id"] for one in self.server(uuid)["os-extended-volumes:volumes_attached"]]
        self.assertEqual(2, len(volumes))

        def found() -> bool:
            told = [self.all_volumes.get(f"/volumes/{one}")["volume"] for one in volumes]
            hosts = [[each["host_name"] for each in one["attachments"]] for one in told]
            return hosts == [[host], [host]]

        self.until(found, "nothing but the host of the server has its volumes")

    def runs(self, uuid: str) -> None:
        """An agent that outlived its host, as here, may have told that the guest went off."""
        if self.server(uuid)["status"] == "SHUTOFF":
            self.act(uuid, "os-start")
        self.wait(uuid)

    def loses(self, host: str) -> None:
        """It ends with all its guests, and comes back after the test."""
        services = self.operator.get("/os-services?binary=nova-compute")["services"]
        service = next(one["id"] for one in services if one["host"] == host)
        self.addCleanup(self.comes_back, host, service)
        self.ground.hosts.fleet.crash(host)
        self.operator.put(f"/os-services/{service}", {"forced_down": True})

    def comes_back(self, host: str, service: str) -> None:
        """In service again once its agent has cleared up."""
        self.ground.hosts.fleet.start(host)
        self.until(lambda: self.is_taken_back(service), f"{host} has cleared up")

    def is_taken_back(self, service: str) -> bool:
        try:
            self.operator.put(f"/os-services/{service}", {"forced_down": False})
        except Refused as refused:
            if "has not removed" not in str(refused):
                raise
            return False
        return True


class SwapTest(InsideCase):
    def test_bytes_go_from_volume_to_volume_and_on(self) -> None:
        volumes = [self.new_volume() for _ in range(3)]
        uuid = self.watching("dave")
        self.give(uuid, volumes[0])
        self.reads(uuid, "written by dave")
        before = self.said(uuid)
        for old, new in pairwise(volumes):
            wish = {"volumeAttachment": {"volumeId": new}}
            self.operator.put(f"/servers/{uuid}/os-volume_attachments/{old}", wish)
            self.wait_volume(old, "available")
            self.wait_volume(new, "in-use")
            self.wait(uuid)
        self.assertEqual(before, self.said(uuid), "the guest noticed nothing")
        self.take(uuid, volumes[-1])
        self.until(lambda: self.said(uuid)[-1] == "gone", "the guest has let go")
        self.give(uuid, volumes[-1])
        words = self.reads(uuid, "written by dave", times=2)
        self.assertIn(volumes[-1][:8], words)
