# SPDX-License-Identifier: Apache-2.0
"""Images on a host: fetched once, whole or not at all, forgotten when nobody needs them."""

from __future__ import annotations

import hashlib
import tempfile
import threading
import time
import unittest
from pathlib import Path

from nova_cells.cell.compute.drivers.interface import Cancelled, ImageUnavailable, ImageUnusable
from nova_cells.cell.compute.images.cache import ImageCache
from nova_cells.cell.compute.images.qemu_img import Limits
from nova_cells.clients.images import ImageNotFound
from nova_cells.clients.images import ImageUnavailable as SourceUnavailable
from nova_cells.objects import ImageFacts

CONTENT = bytes(1 << 20)


class Source:
    """Counts downloads; `delay` makes them slow, `fault` makes them fail half-way."""

    def __init__(self) -> None:
        self.downloads = 0
        self.delay = 0.0
        self.fault: Exception | None = None

    def chunks(self, image_id: str):
        self.downloads += 1
        time.sleep(self.delay)
        yield CONTENT[: len(CONTENT) // 2]
        if self.fault:
            raise self.fault
        yield CONTENT[len(CONTENT) // 2 :]


def facts(**changes) -> ImageFacts:
    digest = hashlib.sha256(CONTENT).hexdigest()
    values = {"id": "i", "size": len(CONTENT), "disk_format": "raw"}
    return ImageFacts(**{**values, "hash_algo": "sha256", "hash_value": digest, **changes})


class ImageCacheTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name) / "cache"
        self.source = Source()
        self.cache = ImageCache(self.folder, self.source, Limits())

    def images(self) -> list[Path]:
        return [path for path in self.folder.iterdir() if not path.suffix and path.name[0] != "."]

    def test_fetched_once(self):
        first, second = self.cache.fetch(facts()), self.cache.fetch(facts())
        self.assertEqual((first, 1), (second, self.source.downloads))
        self.assertEqual(("raw", len(CONTENT)), (first.kind, first.virtual_size))
        self.assertEqual(CONTENT, first.path.read_bytes())

    def test_many_ask_at_once_and_one_download_serves_them(self):
        self.source.delay = 0.1
        other = ImageCache(self.folder, self.source, Limits())  # as another process has
        found = []
        threads = [
            threading.Thread(target=lambda cache=cache: found.append(cache.fetch(facts())))
            for cache in (self.cache, other) * 5
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((10, 1), (len(found), self.source.downloads))

    def test_another_claim_about_the_same_image_is_looked_at_anew(self):
        self.cache.fetch(facts())
        with self.assertRaises(ImageUnusable):
            self.cache.fetch(facts(disk_format="qcow2"))

    def test_failures_leave_nothing_and_are_told_apart(self):
        for fault, expected in (
            (SourceUnavailable("away"), ImageUnavailable),
            (ImageNotFound("i"), ImageUnusable),
        ):
            self.source.fault = fault
            with self.assertRaises(expected):
                self.cache.fetch(facts())
            self.assertEqual([], self.images())
            self.assertEqual([], list(self.folder.glob("*.part")))
        self.source.fault = None
        with self.assertRaises(ImageUnusable):
            self.cache.fetch(facts(hash_value="0" * 64))
        self.cache.fetch(facts())

    def test_progress_is_told_and_may_say_no(self):
        told = []
        self.cache.fetch(facts(), told.append)
        self.assertEqual([50, 99], told)

        def refuse(percent: int) -> None:
            raise Cancelled("enough")

        with self.assertRaises(Cancelled):
            self.cache.fetch(facts(id="another"), refuse)
        self.assertEqual(1, len(self.images()))

    def test_an_image_without_its_note_is_fetched_again(self):
        base = self.cache.fetch(facts())
        next(self.folder.glob("*.json")).unlink()
        self.assertEqual(base, self.cache.fetch(facts()))
        self.assertEqual(2, self.source.downloads)

    def test_sweep_forgets_what_nobody_uses(self):
        used, unused = self.cache.fetch(facts()), self.cache.fetch(facts(id="another"))
        self.cache.sweep({used.path.name}, 3600)
        self.assertTrue(unused.path.exists())
        self.cache.sweep({used.path.name}, -1)
        self.assertEqual([used.path], self.images())
        self.assertEqual(1, len(list(self.folder.glob("*.json"))))
