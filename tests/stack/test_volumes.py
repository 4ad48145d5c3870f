# SPDX-License-Identifier: Apache-2.0
"""Servers with Cinder's volumes: booted from, attached and let go of again, shelved with."""

from __future__ import annotations

from typing import Any

from tests.stack.base import StackCase


class VolumesTest(StackCase):
    def attachments(self, volume: str) -> list[dict[str, Any]]:
        """What Cinder says of who uses a volume."""
        found: list[dict[str, Any]] = self.all_volumes.get(f"/volumes/{volume}")["volume"][
            "attachments"
        ]
        return found

    def test_a_volume_comes_and_goes(self) -> None:
        volume = self.new_volume()
        uuid = self.boot(networks="none")
        server = self.wait(uuid)
        self.until(lambda: "login:" in self.console(uuid), "the guest is up")
        before = self.disks(uuid)
        wish = {"volumeAttachment": {"volumeId": volume}}
        self.compute.post(f"/servers/{uuid}/os-volume_attachments", wish)
        self.wait_volume(volume, "in-use")
        (used,) = self.attachments(volume)
        self.assertEqual(
            (uuid, server["OS-EXT-SRV-ATTR:host"]), (used["server_id"], used["host_name"])
        )
        self.until(lambda: self.disks(uuid) == before + 1, "the guest has the volume")
        self.compute.delete(f"/servers/{uuid}/os-volume_attachments/{volume}")
        self.wait_volume(volume, "available")
        self.assertEqual([], self.attachments(volume))
        self.until(lambda: self.disks(uuid) == before, "the guest has let go")

    def disks(self, uuid: str) -> int:
        """How many its hypervisor counts."""
        return int(self.operator.get(f"/servers/{uuid}/diagnostics")["num_disks"])

    def test_a_server_boots_from_a_volume_made_of_an_image(self) -> None:
        device = {
            "boot_index": 0,
            "uuid": self.image,
            "source_type": "image",
            "destination_type": "volume",
            "volume_size": 1,
            "delete_on_termination": True,
        }
        uuid = self.boot(imageRef=None, networks="none", block_device_mapping_v2=[device])
        server = self.wait(uuid)
        (volume,) = server["os-extended-volumes:volumes_attached"]
        self.assertEqual("in-use", self.volume.get(f"/volumes/{volume['id']}")["volume"]["status"])
        self.until(lambda: "login:" in self.console(uuid), "the guest is up")
        self.act(uuid, "shelve")
        self.wait(uuid, "SHELVED_OFFLOADED")
        self.wait_volume(volume["id"], "reserved")
        self.act(uuid, "unshelve")
        self.wait(uuid)
        self.wait_volume(volume["id"], "in-use")
        self.remove(uuid)
        self.until(lambda: volume["id"] not in self.volumes(), "the volume is gone too")

    def volumes(self) -> list[str]:
        return [each["id"] for each in self.volume.get("/volumes")["volumes"]]
