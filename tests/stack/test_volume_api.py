# SPDX-License-Identifier: Apache-2.0
"""What the API says of volumes is what the real Cinder says; refusals leave nothing taken."""

from __future__ import annotations

import json
import uuid as uuids
from typing import Any

from kit.stack.rest import Refused, Rest

from tests.stack.base import StackCase


class VolumeApiTest(StackCase):
    def setUp(self) -> None:
        super().setUp()
        stack = self.ground.stack
        token = stack.catalog().token(self.user, self.user)
        self.glance = Rest(f"{stack.urls['glance']}/v2", token)

    def refused(self, *devices: dict[str, Any], **wish: Any) -> tuple[int, str]:
        with self.assertRaises(Refused) as caught:
            self.boot(networks="none", block_device_mapping_v2=list(devices), **wish)
        return caught.exception.status, str(caught.exception)

    def given(self, volume: str, **more: Any) -> dict[str, Any]:
        return {"source_type": "volume", "destination_type": "volume", "uuid": volume, **more}

    def status(self, volume: str) -> str:
        return str(self.volume.get(f"/volumes/{volume}")["volume"]["status"])

    def attach(self, server: str, volume: str) -> dict[str, Any]:
        wish = {"volumeAttachment": {"volumeId": volume}}
        path = f"/servers/{server}/os-volume_attachments"
        found: dict[str, Any] = self.compute.post(path, wish)
        return found

    def test_refusals_take_nothing(self) -> None:
        volume = self.new_volume()
        for words, device, more in (
            ("failed to get volume", self.given(str(uuids.uuid4())), {}),
            ("not bootable", self.given(volume, boot_index=0), {"imageRef": None}),
        ):
            with self.subTest(words):
                status, message = self.refused(device, **more)
                self.assertEqual(400, status)
                self.assertIn(words, message)
        slow = {"source_type": "blank", "destination_type": "volume", "volume_size": 1}
        status, message = self.refused({**slow, "volume_type": "nothing"}, self.given(volume))
        self.assertEqual(400, status)
        self.assertIn("nothing", message)
        self.wait_volume(volume, "available")
        first = self.boot(networks="none", block_device_mapping_v2=[self.given(volume)])
        second = self.boot(networks="none")
        self.wait(second)
        with self.assertRaises(Refused) as caught:
            self.attach(second, volume)
        self.assertEqual(400, caught.exception.status)
        self.wait(first)
        self.wait_volume(volume, "in-use")
        listed = self.compute.get(f"/servers/{first}/os-volume_attachments")["volumeAttachments"]
        told = self.volume.get(f"/volumes/{volume}")["volume"]["attachments"]
        self.assertEqual(told[0]["attachment_id"], listed[0]["attachment_id"])
        self.remove(first)
        self.wait_volume(volume, "available")

    def test_an_image_of_a_volume_backed_server(self) -> None:
        root = self.new_volume(imageRef=self.image)
        first = self.boot(
            imageRef=None,
            networks="none",
            block_device_mapping_v2=[self.given(root, boot_index=0)],
        )
        self.wait(first)
        self.assertEqual("in-use", self.status(root))
        self.assertEqual("", self.server(first)["image"])
        image = self.act(first, "createImage", {"name": "of volumes"})["image_id"]
        self.addCleanup(self.glance.delete, f"/images/{image}")
        record = self.glance.get(f"/images/{image}")
        self.assertEqual("active", record["status"])
        (mapping,) = json.loads(record["block_device_mapping"])
        snapshot = mapping["snapshot_id"]
        self.addCleanup(self.volume.delete, f"/snapshots/{snapshot}")
        self.until(lambda: self.snapshot(snapshot) == "available", "the snapshot is taken")
        second = self.boot(imageRef=image, networks="none")
        shown = self.wait(second)
        (copy,) = shown["os-extended-volumes:volumes_attached"]
        self.addCleanup(self.remove_volume, copy["id"])
        self.addCleanup(self.remove, second)
        self.assertEqual("in-use", self.status(copy["id"]))
        self.assertNotEqual(root, copy["id"])
        self.until(lambda: "login:" in self.console(second), "the copy is up")
        self.remove(first)
        self.wait_volume(root, "available")

    def snapshot(self, snapshot: str) -> str:
        return str(self.volume.get(f"/snapshots/{snapshot}")["snapshot"]["status"])
