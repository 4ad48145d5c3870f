# SPDX-License-Identifier: Apache-2.0
"""Images on a host: fetched once, whole or not at all, forgotten when nobody needs them."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import struct
import tempfile
import threading
import time
import unittest
from pathlib import Path
from unittest import mock

from nova_cells.cell.compute.drivers.interface import (
    Cancelled,
    DriverRefused,
    ImageUnavailable,
    ImageUnusable,
    OutOfSpace,
)
from nova_cells.cell.compute.images.cache import Base, ImageCache, _key
from nova_cells.cell.compute.images.eviction import Bounds
from nova_cells.cell.compute.images.locks import alone
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

    def sweep(self, used=(), **bounds):
        self.asked = []

        def in_use(places):
            self.asked += places
            return {base.path.name for base in used}

        self.cache.sweep(in_use, Bounds(**{"unused_for": 3600, **bounds}))

    def aged(self, number: int, seconds: float) -> Base:
        base = self.cache.fetch(facts(id=f"image-{number}"))
        then = time.time() - seconds
        os.utime(base.path, (then, then))
        return base

    def test_sweep_forgets_what_nobody_uses(self):
        used, unused = self.cache.fetch(facts()), self.cache.fetch(facts(id="another"))
        self.sweep([used])
        self.assertTrue(unused.path.exists())
        self.sweep([used], unused_for=-1)
        self.assertEqual([used.path], self.images())
        self.assertEqual(1, len(list(self.folder.glob("*.json"))))
        self.assertEqual([], list(self.folder.glob(".*.lock")))

    def test_a_full_cache_forgets_the_longest_unused_first(self):
        images = [self.aged(number, 2000 - number) for number in range(5)]
        fresh = self.cache.fetch(facts(id="fresh"))
        self.sweep([images[0]], most=3 << 20)
        self.assertEqual({images[0].path, images[4].path, fresh.path}, set(self.images()))
        self.sweep([images[0]], most=1)
        self.assertEqual({images[0].path, fresh.path}, set(self.images()), "asked for just now")

    def test_one_asked_for_in_the_last_moment_stays(self):
        base = self.aged(1, 5000)
        self.cache.sweep(lambda places: self.cache.fetch(facts(id="image-1")) and set(), Bounds(60))
        self.assertEqual([base.path], self.images())

    def test_machines_of_all_that_share_the_cache_are_asked(self):
        other = ImageCache(self.folder, self.source, Limits())
        places = [self.folder.parent / name for name in ("mine", "theirs", "gone/place")]
        for cache, place in zip((self.cache, other, other), places, strict=True):
            place.mkdir(parents=True)
            cache.tenants.add(place)
        shutil.rmtree(places[2].parent)
        self.cache.fetch(facts())
        self.sweep(unused_for=-1)
        self.assertEqual(set(places[:2]), set(self.asked))

    def test_what_a_dead_download_left_is_cleared_away(self):
        self.cache.fetch(facts())
        for suffix in ("part", "converted", "note", "forgotten"):
            (self.folder / f"dead.{suffix}").touch()
        (self.folder / "busy.part").touch()
        with alone(self.folder / ".busy.lock", None):
            self.sweep()
        self.assertEqual(["busy.part"], [path.name for path in self.folder.glob("*.*t*")][:1])
        self.assertEqual([], list(self.folder.glob("dead.*")))

    def test_a_waiting_one_may_be_told_to_stop(self):
        def refuse(percent: int) -> None:
            raise Cancelled("enough")

        self.folder.mkdir()
        lock = self.folder / f".{_key(facts())}.lock"
        with alone(lock, None), self.assertRaises(Cancelled):
            self.cache.fetch(facts(), refuse)
        self.assertEqual(0, self.source.downloads)

    def test_a_full_disk_leaves_nothing(self):
        def full(*_arguments: object) -> None:
            raise OSError(errno.ENOSPC, "full")

        with mock.patch("os.fsync", full), self.assertRaises(OutOfSpace):
            self.cache.fetch(facts())
        self.assertEqual([], [path for path in self.folder.iterdir() if path.is_file()])

    def test_an_image_too_large_for_the_flavor_is_not_rewritten(self):
        image = bytearray(1 << 20)
        image[0x40:0x44] = b"\x7f\x10\xda\xbe"
        struct.pack_into("<I", image, 0x4C, 1)
        struct.pack_into("<Q", image, 0x170, 8 << 40)
        self.source.chunks = lambda image_id: iter([bytes(image)])
        wanted = facts(disk_format="vdi", hash_value=hashlib.sha256(image).hexdigest())
        with self.assertRaisesRegex(DriverRefused, "needs a disk of 8192 GiB"):
            self.cache.fetch(wanted, most_gb=1)
        self.assertEqual([], self.images())
