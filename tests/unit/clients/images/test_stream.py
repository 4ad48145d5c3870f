# SPDX-License-Identifier: Apache-2.0
"""Bytes are believed only when size and hash are those promised."""

from __future__ import annotations

import hashlib
import tempfile
import unittest
from pathlib import Path

from nova_cells.clients.images import ImageCorrupt
from nova_cells.clients.images.stream import save
from nova_cells.objects import ImageFacts

CONTENT = b"some bytes" * 1000


def facts(**changes) -> ImageFacts:
    return ImageFacts(**{"id": "i", "size": len(CONTENT), **changes})


class SaveTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.target = Path(folder.name) / "image"

    def test_a_good_image_is_written(self):
        for promise in (
            {"hash_algo": "sha512", "hash_value": hashlib.sha512(CONTENT).hexdigest()},
            {"checksum": hashlib.md5(CONTENT).hexdigest()},
            {},
        ):
            save(facts(**promise), [CONTENT[:7], CONTENT[7:]], self.target)
            self.assertEqual(CONTENT, self.target.read_bytes())

    def assert_refused(self, image, chunks):
        with self.assertRaises(ImageCorrupt):
            save(image, chunks, self.target)
        self.assertFalse(self.target.exists())

    def test_a_wrong_hash_leaves_no_file(self):
        self.assert_refused(facts(hash_algo="sha512", hash_value="0" * 128), [CONTENT])
        self.assert_refused(facts(checksum="0" * 32), [CONTENT])

    def test_the_strong_hash_decides(self):
        good_md5 = hashlib.md5(CONTENT).hexdigest()
        self.assert_refused(
            facts(checksum=good_md5, hash_algo="sha256", hash_value="0" * 64), [CONTENT]
        )

    def test_too_short_and_too_long(self):
        self.assert_refused(facts(), [CONTENT[:-1]])
        self.assert_refused(facts(), iter([CONTENT, b"x"]))

    def test_a_source_that_breaks_leaves_no_file(self):
        def chunks():
            yield CONTENT[:10]
            raise ConnectionError("gone")

        with self.assertRaises(ConnectionError):
            save(facts(), chunks(), self.target)
        self.assertFalse(self.target.exists())
