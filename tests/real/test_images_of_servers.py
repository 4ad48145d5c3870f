# SPDX-License-Identifier: Apache-2.0
"""Real servers become images, and images servers: snapshots, rotated backups, shelving."""

from __future__ import annotations

import subprocess
import uuid as uuids
from collections.abc import Iterator
from unittest import mock

from nova_cells.clients.images import ImageNotFound, ImageUnavailable
from nova_cells.objects import ImageFacts
from nova_cells.runtime.context import RequestContext, use
from tests.real.cloud_case import RealCloudCase
from tests.unit.cell.conductor.world import spec_with

OWNER = RequestContext(project_id="project")


class ServerImagesTest(RealCloudCase):
    def record(self, **properties: str) -> str:
        """What the API makes before it asks the cell."""
        image = ImageFacts(id=str(uuids.uuid4()), name="copy", properties=properties)
        self.ground.images.create(OWNER, image)
        return str(image.id)

    def image(self, image_id: str) -> ImageFacts:
        return self.ground.images.find(OWNER, image_id)

    def is_gone(self, image_id: str) -> bool:
        try:
            return self.image(image_id) is None
        except ImageNotFound:
            return True

    def assert_nothing_left(self, host: str, uuid: str) -> None:
        folder = self.cloud.machine_folder(host, uuid)
        self.assertEqual([], [*folder.glob("capture-*"), *folder.glob("*.part")])

    def test_snapshot_backups_shelve_and_unshelve(self) -> None:
        uuid = self.cloud.boot("hv1")
        copy = self.record()
        self.assertEqual("active", self.cloud.act(uuid, "snapshot", new_image=copy).vm_state)
        self.assertEqual(("active", "qcow2"), self.facts_of(copy))
        self.assert_stands_alone(copy)
        self.assert_nothing_left("hv1", uuid)
        backups = [self.backup(uuid) for _ in range(3)]
        self.cloud.until(lambda: self.is_gone(backups[0]), "the oldest backup gone")
        self.assertEqual(("active", "qcow2"), self.facts_of(backups[2]))
        kept = self.record()
        server = self.cloud.act(uuid, "shelve", new_image=kept)
        self.assertEqual("shelved_offloaded", server.vm_state)
        self.assertFalse(self.cloud.machine_folder("hv1", uuid).exists())
        server = self.cloud.act(uuid, "unshelve")
        self.assertEqual("active", server.vm_state, server.fault)
        self.cloud.until(lambda: self.is_gone(kept), "the image of the shelved server gone")

    def facts_of(self, image_id: str) -> tuple[str, str]:
        image = self.image(image_id)
        return image.status, image.disk_format

    def assert_stands_alone(self, image_id: str) -> None:
        path = self.ground.images.directory / f"{image_id}.qcow2"
        told = subprocess.check_output(["qemu-img", "info", str(path)], text=True)
        self.assertNotIn("backing file", told)

    def backup(self, uuid: str) -> str:
        made = self.record(image_type="backup", instance_uuid=uuid, backup_type="daily")
        told = {"backup_type": "daily", "rotation": 2}
        with use(OWNER):  # rotation is among the images of who asks
            self.cloud.act(uuid, "backup", new_image=made, **told)
        return made

    def test_an_image_service_that_goes_away_in_between_or_does_not_want_the_image(self) -> None:
        uuid, copy = self.cloud.boot("hv1"), self.record()
        real, calls = self.ground.images.upload, []

        def away(image_id: str, kind: str, pieces: Iterator[bytes], container: str) -> ImageFacts:
            calls.append(len(next(pieces)))
            if len(calls) < 3:
                raise ImageUnavailable("The image service stopped listening.")
            return real(image_id, kind, self.driver_pieces(uuid, image_id), container)

        with mock.patch.object(self.ground.images, "upload", away):
            self.assertEqual("active", self.cloud.act(uuid, "snapshot", new_image=copy).vm_state)
        self.assertEqual(("active", "qcow2"), self.facts_of(copy))
        self.assert_nothing_left("hv1", uuid)
        copy = self.record()
        self.ground.images.delete(copy)
        self.assertEqual("active", self.cloud.act(uuid, "snapshot", new_image=copy).vm_state)
        self.assertTrue(self.is_gone(copy))
        self.assert_nothing_left("hv1", uuid)

    def driver_pieces(self, uuid: str, name: str) -> Iterator[bytes]:
        pieces: Iterator[bytes] = self.cloud.driver("hv1").captured(uuid, name)
        return pieces

    def test_a_hostile_image_ends_in_words_after_one_try(self) -> None:
        path = self.folder / "hostile"
        words = ["qemu-img", "create", "-q", "-f", "qcow2", "-b", "/etc/hostname", "-F", "raw"]
        subprocess.run([*words, str(path), "1M"], check=True)
        image = self.ground.images.add(path, self.id())
        spec = spec_with(flavor=self.cloud.flavor(), image=image)
        with mock.patch.object(
            self.ground.images, "chunks", wraps=self.ground.images.chunks
        ) as get:
            self.cloud.cell.build([spec])
            self.cloud.until(lambda: self.cloud.show(spec.uuid).vm_state == "error", "the end")
        server = self.cloud.at_rest(spec.uuid)
        self.assertIn("names a backing file", server.fault.message)
        self.assertEqual((None, 1), (server.host, get.call_count))
        for host in self.cloud.hosts:
            self.assertEqual(set(), self.cloud.driver(host).machines())
            self.assertFalse(self.cloud.machine_folder(host, spec.uuid).exists())
        self.assertEqual("deleted", self.cloud.act(spec.uuid, "delete").vm_state)
