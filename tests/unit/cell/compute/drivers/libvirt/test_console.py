# SPDX-License-Identifier: Apache-2.0
"""The console log: its end is read, its size is bounded, and cutting it loses nothing recent."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

from nova_cells.cell.compute.drivers.libvirt.console import tail, trim


class ConsoleTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.log = Path(folder.name) / "console.log"

    def append(self, text: str) -> None:
        with self.log.open("a") as stream:
            stream.write(text)

    def test_no_log_is_an_empty_one(self):
        self.assertEqual("", tail(self.log, -1, 1024))
        trim(self.log, 1024)

    def test_the_last_lines(self):
        self.append("one\ntwo\nthree")
        self.assertEqual("two\nthree", tail(self.log, 2, 1024))
        self.assertEqual("one\ntwo\nthree", tail(self.log, 99, 1024))
        self.assertEqual("one\ntwo\nthree", tail(self.log, -1, 1024))
        self.assertEqual("", tail(self.log, 0, 1024))

    def test_clients_count_what_is_between_newlines(self):
        self.append("one\ntwo\nthree\n")
        self.assertEqual(["two", "three"], tail(self.log, 2, 1024).split("\n"))

    def test_never_more_than_is_kept(self):
        self.append("x" * 5000)
        self.assertEqual(1024, len(tail(self.log, -1, 1024)))

    def test_bytes_that_are_no_text(self):
        self.log.write_bytes(b"\xff\xfe ok")
        self.assertTrue(tail(self.log, -1, 1024).endswith(" ok"))

    def test_a_guest_that_writes_on_while_its_log_is_cut(self):
        with self.log.open("a") as guest:  # as QEMU has it
            for number in range(1000):
                guest.write(f"line {number}\n")
                guest.flush()
                trim(self.log, 1024)
                held = sum(path.stat().st_size for path in self.log.parent.iterdir())
                self.assertLessEqual(held, 3 * 1024)
        kept = tail(self.log, -1, 1024).splitlines()
        self.assertEqual("line 999", kept[-1])
        numbers = [int(line.split()[1]) for line in kept[1:]]
        self.assertEqual(list(range(numbers[0], 1000)), numbers)

    def test_a_log_within_its_bounds_is_left_alone(self):
        self.append("short")
        trim(self.log, 1024)
        self.assertEqual([self.log], list(self.log.parent.iterdir()))
