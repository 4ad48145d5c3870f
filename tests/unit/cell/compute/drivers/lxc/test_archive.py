# SPDX-License-Identifier: Apache-2.0
"""Archives are known by their bytes, whatever they are said to be."""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
import tempfile
import unittest
from pathlib import Path

from nova_cells.cell.compute.drivers.interface import ImageUnusable
from nova_cells.cell.compute.drivers.lxc.archive import look_at_archive


def archive() -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as stream:
        stream.addfile(tarfile.TarInfo("file"))
    return made.getvalue()


class ArchiveTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "image"

    def look(self, content: bytes, claimed: str = "raw"):
        self.path.write_bytes(content)
        return look_at_archive(self.path, claimed)

    def test_archives_plain_and_packed(self):
        for content in (archive(), gzip.compress(archive()), lzma.compress(archive())):
            looked = self.look(content)
            self.assertEqual(("raw", len(content)), (looked.kind, looked.virtual_size))

    def test_what_is_none_or_is_said_to_be_a_disk(self):
        for content in (b"", b"x" * 600, b"QFI\xfb" + bytes(600)):
            self.assertRaises(ImageUnusable, self.look, content)
        self.assertRaises(ImageUnusable, self.look, archive(), "qcow2")
