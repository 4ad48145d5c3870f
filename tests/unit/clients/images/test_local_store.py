# SPDX-License-Identifier: Apache-2.0
"""Images made of servers in a directory: whose they are, and what a crash leaves."""

from __future__ import annotations

import tempfile
import threading
import unittest
from pathlib import Path

from nova_cells.clients.images import ImageNotFound, ImageUnavailable
from nova_cells.clients.images.local_store import LocalStore
from nova_cells.objects import ImageFacts
from nova_cells.runtime.context import RequestContext
from tests.unit.clients.images.test_local import MEMBER, OTHER

ID = "0f3c5a52-90f4-4e0b-8f0e-4b1f2b4a7f11"
SECOND = "1f3c5a52-90f4-4e0b-8f0e-4b1f2b4a7f11"


class LocalStoreTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.images = LocalStore(self.folder)

    def create(self, image_id: str = ID, ctx: RequestContext = MEMBER, **properties: str) -> None:
        facts = ImageFacts(id=image_id, name="mine", min_disk=2, properties=properties)
        self.images.create(ctx, facts)

    def test_a_record_has_no_bytes_until_they_are_brought(self):
        self.create(image_type="snapshot")
        self.create()
        found = self.images.find(MEMBER, ID)
        self.assertEqual(("queued", 2, "p1"), (found.status, found.min_disk, found.owner))
        self.assertEqual({"image_type": "snapshot"}, found.properties)
        with self.assertRaises(ImageNotFound):
            next(self.images.chunks(ID))
        with self.assertRaises(ImageNotFound):
            self.images.find(OTHER, ID)
        told = self.images.upload(ID, "raw", iter([b"one", b"two"]))
        self.assertEqual(("active", 6, "raw"), (told.status, told.size, told.disk_format))
        again = self.images.upload(ID, "raw", iter([b"never read"]))
        self.assertEqual(told.document(), again.document())
        self.images.download(self.images.find(MEMBER, ID), self.folder / "copy")
        self.assertEqual(b"onetwo", (self.folder / "copy").read_bytes())

    def test_an_upload_that_breaks_leaves_nothing(self):
        self.create()

        def broken():
            yield b"half"
            raise RuntimeError("the host died")

        with self.assertRaises(RuntimeError):
            self.images.upload(ID, "raw", broken())
        self.assertEqual({"index.json", ".lock"}, {path.name for path in self.folder.iterdir()})
        self.assertEqual("queued", self.images.find(MEMBER, ID).status)

    def test_an_image_deleted_meanwhile_stays_deleted(self):
        self.create()

        def while_it_is_deleted():
            yield b"x"
            LocalStore(self.folder).delete(ID)

        with self.assertRaises(ImageNotFound):
            self.images.upload(ID, "raw", while_it_is_deleted())
        with self.assertRaises(ImageNotFound):
            self.images.upload(ID, "raw", iter([b"x"]))

    def test_an_owner_deletes_it_with_its_file(self):
        self.create()
        self.images.upload(ID, "raw", iter([b"x"]))
        with self.assertRaises(ImageNotFound):
            self.images.delete(ID, OTHER)
        for _ in range(2):
            self.images.delete(ID)
        self.assertEqual([], list(self.folder.glob("*.raw")))

    def test_a_projects_own_come_newest_first(self):
        self.create(ID, backup_type="daily")
        self.create(SECOND, backup_type="daily")
        self.create("other", OTHER, backup_type="daily")
        found = self.images.owned("p1", {"backup_type": "daily"})
        self.assertEqual([SECOND, ID], [image.id for image in found])
        self.assertEqual([], self.images.owned("p1", {"backup_type": "weekly"}))

    def test_a_directory_nobody_may_change_is_told(self):
        (self.folder / "file").write_text("no directory")
        images = LocalStore(self.folder / "file")
        with self.assertRaises(ImageUnavailable):
            images.create(MEMBER, ImageFacts(id=ID))

    def test_many_at_a_time_lose_nothing(self):
        def add(number: int) -> None:
            image_id = f"image-{number}"
            LocalStore(self.folder).create(MEMBER, ImageFacts(id=image_id, name=image_id))

        threads = [threading.Thread(target=add, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(12, len(self.images.list(MEMBER)))
