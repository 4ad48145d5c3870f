# SPDX-License-Identifier: Apache-2.0
"""A directory of images: what it shows to whom, and that it notices changes."""

from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path

from nova_cells.clients.images import ImageCorrupt, ImageNotFound, ImageUnavailable
from nova_cells.clients.images.local import LocalImages
from nova_cells.runtime.context import RequestContext

MEMBER = RequestContext(project_id="p1", user_id="u")
OTHER = RequestContext(project_id="p2", user_id="u")
ADMIN = RequestContext(project_id="p3", user_id="a", is_admin=True)


class LocalImagesTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.file = self.folder / "source"
        self.file.write_bytes(b"bytes of an image")
        self.images = LocalImages(self.folder / "images")

    def test_an_empty_directory_has_no_images(self):
        self.assertEqual([], self.images.list(MEMBER))
        with self.assertRaises(ImageNotFound):
            self.images.find(MEMBER, "nothing")

    def test_what_is_added_is_found_and_can_be_downloaded(self):
        added = self.images.add(self.file, "one", min_ram=96, properties={"hw_disk_bus": "scsi"})
        found = self.images.find(MEMBER, added.id)
        self.assertEqual(added.document(), found.document())
        self.assertEqual(
            (17, 96, {"hw_disk_bus": "scsi"}), (found.size, found.min_ram, found.properties)
        )
        self.images.download(found, self.folder / "copy")
        self.assertEqual(self.file.read_bytes(), (self.folder / "copy").read_bytes())

    def test_the_same_bytes_under_the_same_name_are_the_same_image(self):
        first, second = self.images.add(self.file, "one"), self.images.add(self.file, "one")
        self.assertEqual(first.id, second.id)
        self.assertNotEqual(first.id, self.images.add(self.file, "two").id)
        self.assertEqual(["one", "two"], [image.name for image in self.images.list(MEMBER)])

    def test_another_process_adds_one(self):
        self.images.add(self.file, "one")
        self.images.list(MEMBER)
        LocalImages(self.images.directory).add(self.file, "two")
        self.assertEqual(["one", "two"], [image.name for image in self.images.list(MEMBER)])

    def test_a_private_image_is_its_owners(self):
        image = self.images.add(self.file, "mine", visibility="private", owner="p1")
        for allowed in (MEMBER, ADMIN):
            self.assertEqual(image.id, self.images.find(allowed, image.id).id)
        for stranger in (OTHER, None):
            with self.assertRaises(ImageNotFound):
                self.images.find(stranger, image.id)
            self.assertEqual([], self.images.list(stranger))

    def test_a_file_changed_behind_our_back_is_not_believed(self):
        image = self.images.add(self.file, "one")
        (self.images.directory / f"{image.id}.qcow2").write_bytes(b"other bytes, same")
        with self.assertRaises(ImageCorrupt):
            self.images.download(image, self.folder / "copy")

    def test_an_entry_cannot_name_a_file_outside(self):
        image = self.images.add(self.file, "one")
        entry = {**image.document(), "file": "../source"}
        (self.images.directory / "index.json").write_text(json.dumps([entry]))
        with self.assertRaises(ImageNotFound):
            self.images.download(image, self.folder / "copy")

    def test_a_broken_index_is_said_to_be_broken(self):
        self.images.add(self.file, "one")
        (self.images.directory / "index.json").write_text("{")
        with self.assertRaises(ImageUnavailable):
            self.images.list(MEMBER)
