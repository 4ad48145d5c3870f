# SPDX-License-Identifier: Apache-2.0
"""What is swept from the trees of images, and what is left alone."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

from nova_cells.cell.compute.drivers.lxc.archive import look_at_archive
from nova_cells.cell.compute.drivers.lxc.trees import Bounds, Trees
from nova_cells.cell.compute.images.cache import ImageCache
from nova_cells.cell.compute.images.locks import alone
from nova_cells.cell.compute.images.qemu_img import Limits


class SweepTest(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.folder = Path(place.name) / "trees"
        archives = Path(place.name) / "archives"
        for made in (archives, self.folder, *(self.folder / name for name in NAMES)):
            made.mkdir()
        (archives / "kept").touch()
        (self.folder / "gone.json").touch()
        cache = ImageCache(archives, None, Limits(), look=look_at_archive)
        self.trees = Trees(self.folder, cache, Bounds(), Limits())

    def left(self):
        return {path.name for path in self.folder.iterdir()}

    def test_trees_without_an_archive_and_halves_go(self):
        self.trees.sweep()
        self.assertEqual({"kept.tree"}, self.left())

    def test_what_is_being_made_stays(self):
        with alone(self.folder / ".half.lock", None):
            self.trees.sweep()
            self.assertIn("half.tree.part", self.left())


NAMES = ("kept.tree", "gone.tree", "half.tree.part")
