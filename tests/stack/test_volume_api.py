# SPDX-License-Identifier: Apache-2.0
"""What the API says of volumes is what the real Cinder says; refusals leave nothing taken."""

from __future__ import annotations

import json
import uuid as uuids
from typing import Any

from kit.stack.rest import Refused

from nova_cells.cli import config
from nova_cells.clients.images.glance_store import GlanceStore
from nova_cells.objects import ImageFacts
from nova_cells.runtime.context import RequestContext
from tests.stack.base import StackCase


class VolumeApiTest(StackCase):
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

    def test_a_server_boots_from_an_image_that_names_a_snapshot(self) -> None:
        root = self.new_volume(imageRef=self.image)
        made = self.volume.post("/snapshots", {"snapshot": {"volume_id": root}})["snapshot"]["id"]
        self.addCleanup(self.snapshot_gone, made)
        self.until(lambda: self.snapshot(made) == "available", "the snapshot is taken")
        image = self.mapped_image(made)
        uuid = self.boot(imageRef=image, networks="none")
        shown = self.wait(uuid)
        (copy,) = shown["os-extended-volumes:volumes_attached"]
        self.assertEqual(("", True), (shown["image"], copy["delete_on_termination"]))
        self.assertEqual("in-use", self.status(copy["id"]))
        self.until(lambda: "login:" in self.console(uuid), "the copy is up")
        self.remove(uuid)
        self.until(lambda: not self.there(copy["id"]), "the copy went with its server")
        self.assertEqual("available", self.status(root))

    def mapped_image(self, snapshot: str) -> str:
        """The record of an image without bytes, as createImage makes it."""
        mapping = {
            "source_type": "snapshot",
            "destination_type": "volume",
            "snapshot_id": snapshot,
            "boot_index": 0,
            "device_name": "/dev/vda",
            "delete_on_termination": True,
        }
        said = {"block_device_mapping": json.dumps([mapping]), "bdm_v2": "True"}
        facts = ImageFacts(id=str(uuids.uuid4()), name="of volumes", properties=said)
        conf = config.load([], [str(self.ground.stack.state / "nova-cells.conf")])
        images = GlanceStore(conf)
        self.addCleanup(images.close)
        self.addCleanup(images.delete, facts.id)
        token = self.ground.stack.catalog().token(self.user, self.user)
        images.create(RequestContext(project_id=self.project, auth_token=token), facts)
        found = images.upload(facts.id, "raw", [])
        self.assertEqual(("active", 0), (found.status, found.size))
        return str(facts.id)

    def there(self, volume: str) -> bool:
        return any(each["id"] == volume for each in self.volume.get("/volumes")["volumes"])

    def snapshot_gone(self, snapshot: str) -> None:
        self.volume.delete(f"/snapshots/{snapshot}")
        path = "/snapshots"
        self.until(
            lambda: snapshot not in [s["id"] for s in self.volume.get(path)["snapshots"]],
            "the snapshot is gone",
        )

    def snapshot(self, snapshot: str) -> str:
        return str(self.volume.get(f"/snapshots/{snapshot}")["snapshot"]["status"])
