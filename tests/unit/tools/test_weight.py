# SPDX-License-Identifier: Apache-2.0
"""Which processes a run weighs: told by folders that look like the kernel's."""

from __future__ import annotations

import tempfile
import threading
import unittest
from pathlib import Path
from unittest import mock

from kit import weight


class WeightTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = Path(folder.name)
        self.enterContext(mock.patch.object(weight, "PROCESSES", self.home))

    def process(self, name: str, command: str, niceness: int = 0) -> Path:
        folder = self.home / name
        folder.mkdir()
        (folder / "cmdline").write_bytes(command.replace(" ", "\0").encode())
        (folder / "autogroup").write_text(f"/autogroup-7 nice {niceness}\n")
        return folder / "autogroup"

    def test_only_those_of_the_run_are_weighed(self) -> None:
        ours = self.process("12", "qemu -drive file=/state/run/disk")
        other = self.process("13", "qemu -drive file=/other/disk")
        weight.weigh_all(Path("/state/run"), -5)
        self.assertEqual("-5\n", ours.read_text())
        self.assertEqual("/autogroup-7 nice 0\n", other.read_text())

    def test_what_has_its_weight_is_left_alone_and_what_has_ended_is_no_fault(self) -> None:
        ours = self.process("12", "qemu /state/run", -5)
        (self.home / "13").mkdir()
        weight.weigh_all(Path("/state/run"), -5)
        self.assertEqual("/autogroup-7 nice -5\n", ours.read_text())

    def test_while_a_run_lasts(self) -> None:
        own, found = self.process("self", "python"), self.process("12", "qemu /state/run")
        with mock.patch.object(weight, "PAUSE", 0.01), weight.of(Path("/state/run"), 0):
            pass
        self.assertEqual("/autogroup-7 nice 0\n", own.read_text())
        weigh_all, called = weight.weigh_all, threading.Event()

        def watched(state: Path, niceness: int) -> None:
            weigh_all(state, niceness)
            called.set()

        with mock.patch.object(weight, "weigh_all", watched), weight.of(Path("/state/run"), 3):
            self.assertTrue(called.wait(60))
        self.assertEqual(("3\n", "3\n"), (own.read_text(), found.read_text()))
