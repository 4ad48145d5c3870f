# SPDX-License-Identifier: Apache-2.0
"""Files of a volume of a guest that does not run: merged by the real qemu-img, and read."""

from __future__ import annotations

import json
import subprocess
import tempfile
import unittest
from pathlib import Path

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.volume_files_at_rest import Active, merge
from nova_cells.cell.compute.images.qemu_img import Limits

PIECE = 1 << 16
LAYERS = ("base", "one", "two", "three")


def qemu(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


class VolumeFilesAtRestTest(unittest.TestCase):
    """Each layer has written a piece of its own; the last is what the guest would use."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "base").write_bytes(b"\1" * PIECE + bytes(7 * PIECE))
        for place, name in enumerate(LAYERS[1:], 1):
            below = ["-b", LAYERS[place - 1], "-F", "raw" if place == 1 else "qcow2"]
            qemu("qemu-img", "create", "-q", "-f", "qcow2", *below, self.path(name))
            write = f"write -q -P {place + 1} {place * PIECE} {PIECE}"
            qemu("qemu-io", "-f", "qcow2", "-c", write, self.path(name))

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def merge(self, file: str | None, into: str | None) -> None:
        merge(Active(self.folder / "three", "qcow2"), file, into, Limits(), None)

    def assert_chain(self, *names: str) -> None:
        words = ("info", "--backing-chain", "--output=json", "-f", "qcow2", self.path("three"))
        told = json.loads(qemu("qemu-img", *words))
        self.assertEqual(list(names), [Path(layer["filename"]).name for layer in told])
        for layer in told[:-1]:
            self.assertNotIn("/", layer["backing-filename"], "other hosts mount it elsewhere")
        flat = self.folder / "flat"
        qemu("qemu-img", "convert", "-f", "qcow2", "-O", "raw", self.path("three"), str(flat))
        data = flat.read_bytes()
        self.assertEqual([1, 2, 3, 4], [data[place * PIECE] for place in range(4)])

    def test_the_newest_first_until_none_is_left(self) -> None:
        for base, rest in (("one", ("one", "base")), ("base", ("base",)), (None, ())):
            for _again in range(2):
                self.merge(base, None)
                self.assert_chain("three", *rest)

    def test_one_in_the_middle_goes_into_the_one_below(self) -> None:
        for top, into, rest in (("one", "base", ("two", "base")), ("two", "base", ("base",))):
            for _again in range(2):
                self.merge(top, into)
                self.assert_chain("three", *rest)

    def test_what_is_not_there_or_the_wrong_way_round_is_refused(self) -> None:
        for file, into in (("other", None), ("one", "other"), ("three", "two"), ("one", "two")):
            self.assertRaises(DriverRefused, self.merge, file, into)
        self.assert_chain("three", "two", "one", "base")

    def test_one_without_snapshots_has_nothing_to_merge(self) -> None:
        before = (self.folder / "base").read_bytes()
        merge(Active(self.folder / "base", "raw"), None, None, Limits(), None)
        self.assertEqual(before, (self.folder / "base").read_bytes())

    def test_no_format_is_guessed(self) -> None:
        header = bytearray((self.folder / "three").read_bytes())
        place = header.index(b"qcow2", 104)
        header[place : place + 5] = b"\0" * 5
        header[place - 8 : place - 4] = (0x12345678).to_bytes(4, "big")
        (self.folder / "three").write_bytes(header)
        self.assertRaises(DriverRefused, self.merge, "one", None)
