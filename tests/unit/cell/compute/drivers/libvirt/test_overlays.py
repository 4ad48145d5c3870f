# SPDX-License-Identifier: Apache-2.0
"""Root disks: what they lean on is read from themselves, and said anew where it is elsewhere."""

from __future__ import annotations

import subprocess
import tempfile
import unittest
from pathlib import Path

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.overlays import (
    backing,
    base_of,
    rebase,
    resize,
    virtual_size,
)
from nova_cells.cell.compute.images.cache import Base
from nova_cells.cell.compute.images.qemu_img import Limits

LIMITS = Limits()
MIB = 1 << 20


class OverlaysTest(unittest.TestCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.here, self.away = (self.cached(name) for name in ("here", "away"))
        self.disk = self.folder / "root.qcow2"

    def cached(self, cache):
        path = self.folder / cache / "f00d"
        path.parent.mkdir()
        path.write_bytes(bytes(MIB))
        return Base(path, "raw", MIB)

    def made(self, *more):
        words = ["qemu-img", "create", "-q", "-f", "qcow2", *more, str(self.disk), "2M"]
        subprocess.run(words, check=True)

    def based(self, base):
        self.made("-b", str(base.path), "-F", "raw")

    def test_a_disk_that_is_not_there_will_lean_on_its_image(self):
        self.assertEqual("f00d", base_of(self.disk, self.here, LIMITS))
        self.assertIsNone(base_of(self.disk, None, LIMITS))

    def test_one_that_leans_on_nothing(self):
        self.made()
        self.assertIsNone(backing(self.disk))
        self.assertIsNone(base_of(self.disk, self.here, LIMITS))

    def test_one_whose_image_is_elsewhere_here_is_told(self):
        self.based(self.away)
        self.away.path.unlink()
        self.assertEqual("f00d", base_of(self.disk, self.here, LIMITS))
        self.assertEqual(self.here.path, backing(self.disk))

    def test_one_that_leans_on_another_image_keeps_it_or_is_refused(self):
        self.based(self.away)
        other = Base(self.folder / "other", "raw", MIB)
        self.assertEqual("f00d", base_of(self.disk, other, LIMITS))
        self.assertEqual(self.away.path, backing(self.disk))
        self.away.path.unlink()
        with self.assertRaises(DriverRefused):
            base_of(self.disk, other, LIMITS)

    def test_sizes(self):
        self.based(self.here)
        self.assertEqual(2 * MIB, virtual_size(self.disk))
        resize(self.disk, 5 * MIB, LIMITS)
        self.assertEqual(5 * MIB, virtual_size(self.disk))
        rebase(self.disk, self.away.path, "raw", LIMITS)
        self.assertEqual((5 * MIB, self.away.path), (virtual_size(self.disk), backing(self.disk)))
        self.disk.write_bytes(bytes(100))
        with self.assertRaises(DriverRefused):
            virtual_size(self.disk)
