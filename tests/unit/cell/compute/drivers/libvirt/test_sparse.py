# SPDX-License-Identifier: Apache-2.0
"""Files with holes: told apart by what is in them, copied with their holes."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

from nova_cells.cell.compute.drivers.libvirt.sparse import (
    BLOCK,
    copy,
    data_size,
    fingerprint,
)


class SparseTest(unittest.TestCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def file(self, size, pieces=(), name="file"):
        path = self.folder / name
        with path.open("wb") as stream:
            stream.truncate(size)
            for offset, content in pieces:
                stream.seek(offset)
                stream.write(content)
        return path

    def test_where_the_holes_are_makes_no_difference(self):
        pieces = [(5 * BLOCK + 17, b"x" * 100), (9 * BLOCK - 3, b"yyyyyy")]
        with_holes = self.file(12 * BLOCK, pieces)
        filled = self.file(12 * BLOCK, [(0, bytes(12 * BLOCK)), *pieces], "filled")
        self.assertLess(data_size(with_holes), data_size(filled))
        self.assertEqual(fingerprint(with_holes), fingerprint(filled))

    def test_content_place_and_size_make_one(self):
        one = fingerprint(self.file(3 * BLOCK, [(BLOCK, b"a")]))
        for size, pieces in (
            (3 * BLOCK, [(BLOCK, b"b")]),
            (3 * BLOCK, [(2 * BLOCK, b"a")]),
            (3 * BLOCK + 1, [(BLOCK, b"a")]),
            (3 * BLOCK, []),
        ):
            self.assertNotEqual(one, fingerprint(self.file(size, pieces)))

    def test_a_copy_is_the_same_and_keeps_its_holes(self):
        source = self.file(64 * BLOCK, [(40 * BLOCK + 5, b"data"), (64 * BLOCK - 1, b"!")])
        told: list[int] = []
        copy(source, self.folder / "copy", told.append)
        self.assertEqual(fingerprint(source), fingerprint(self.folder / "copy"))
        self.assertLess(data_size(self.folder / "copy"), BLOCK)
        self.assertTrue(told)

    def test_empty_files(self):
        empty, hole = self.file(0), self.file(BLOCK, name="hole")
        self.assertNotEqual(fingerprint(empty), fingerprint(hole))
        copy(empty, self.folder / "copy", lambda _done: None)
        self.assertEqual(b"", (self.folder / "copy").read_bytes())
        self.assertEqual(0, data_size(hole))
