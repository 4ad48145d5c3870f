# SPDX-License-Identifier: Apache-2.0
"""Children that work on images are held: their memory, their time, their files, their network."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import unittest
from dataclasses import replace
from pathlib import Path

from nova_cells.cell.compute.drivers.interface import (
    Cancelled,
    DriverFailed,
    ImageUnusable,
    OutOfSpace,
)
from nova_cells.cell.compute.images import qemu_img
from nova_cells.cell.compute.images.qemu_img import Limits, run_limited

MIB = 1 << 20


class ChildTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def python(self, code: str, limits: Limits | None = None, **more: object) -> bytes:
        return run_limited([sys.executable, "-c", code], limits or Limits(), **more)

    def test_what_it_says_is_answered(self) -> None:
        self.assertEqual(b"yes\n", self.python("print('yes')"))

    def test_memory(self) -> None:
        limits = Limits(memory_mb=256)
        with self.assertRaises(DriverFailed) as caught:
            self.python("bytearray(300 << 20)", limits)
        self.assertIn("MemoryError", caught.exception.details or "")
        self.python("bytearray(32 << 20)", limits)

    def test_processor_time(self) -> None:
        with self.assertRaisesRegex(ImageUnusable, "too much work"):
            self.python("while True: pass", Limits(cpu_seconds=1), fault=ImageUnusable)

    def test_patience(self) -> None:
        with self.assertRaisesRegex(DriverFailed, "too long"):
            self.python("import time; time.sleep(60)", Limits(timeout=0.5))

    def test_it_ends_with_a_parent_that_is_killed(self) -> None:
        said = self.folder / "pid"
        child = f"import os, time; open({str(said)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
        code = (
            "import sys; from nova_cells.cell.compute.images.qemu_img import Limits, run_limited; "
            "run_limited([sys.executable, '-c', sys.argv[1]], Limits())"
        )
        with subprocess.Popen([sys.executable, "-c", code, child]) as parent:
            pid = int(self.until(lambda: said.exists() and said.read_text()))
            parent.kill()
        self.until(lambda: not _runs(pid))

    def until(self, condition):
        patience = time.monotonic() + 30
        while not (found := condition()):
            self.assertLess(time.monotonic(), patience)
            time.sleep(0.01)
        return found

    def test_size_of_files(self) -> None:
        target = self.folder / "file"
        with self.assertRaisesRegex(OutOfSpace, "no room"):
            self.python(f"open({str(target)!r}, 'wb').write(bytes(2 << 20))", Limits(largest=MIB))
        self.assertLessEqual(target.stat().st_size, MIB)

    def test_network(self) -> None:
        if not qemu_img._without_network():
            self.skipTest("this user may not make namespaces")
        ours = os.readlink("/proc/self/ns/net")
        theirs = self.python("import os; print(os.readlink('/proc/self/ns/net'))").decode()
        self.assertNotEqual(ours, theirs.strip())
        links = self.python("import socket; print(*(n for _, n in socket.if_nameindex()))")
        self.assertEqual(b"lo\n", links)

    def test_one_nobody_wants_any_more_is_ended(self) -> None:
        def unwanted(percent: int) -> None:
            raise Cancelled("enough")

        began = time.monotonic()
        with self.assertRaises(Cancelled):
            self.python("import time; time.sleep(60)", progress=unwanted)
        self.assertLess(time.monotonic() - began, 30)

    def test_a_program_that_is_missing(self) -> None:
        with self.assertRaises(DriverFailed):
            run_limited(["there-is-no-such-program"], Limits())

    def test_an_image_that_unpacks_to_more_than_it_says(self) -> None:
        """A crafted header may promise little and hold much: the file may not grow beyond."""
        source, target = self.folder / "image", self.folder / "made"
        with source.open("wb") as stream:
            for _ in range(96):
                stream.write(os.urandom(MIB))
        with self.assertRaises(OutOfSpace):
            qemu_img.convert(source, "raw", target, MIB, Limits())
        self.assertLessEqual(target.stat().st_size, MIB + qemu_img.HEADERS + MIB)

    def test_an_image_that_can_t_be_read_is_not_tried_again(self) -> None:
        source = self.folder / "image"
        source.write_bytes(b"no disk at all")
        with self.assertRaisesRegex(ImageUnusable, "damaged"):
            qemu_img.convert(source, "vdi", self.folder / "made", MIB, Limits())

    def test_a_flattened_disk_needs_no_other(self) -> None:
        base, disk, made = (self.folder / name for name in ("base", "disk", "made"))
        base.write_bytes(b"base".ljust(MIB, b"\0"))
        qemu_img.overlay(base, "raw", disk, 2 * MIB, Limits())
        self.assertLess(qemu_img.flattened_size(disk, Limits()), 3 * MIB)
        qemu_img.flatten(disk, made, "raw", False, replace(Limits(), memory_mb=512))
        self.assertEqual(2 * MIB, made.stat().st_size)
        self.assertEqual(b"base", made.read_bytes()[:4])
        told = subprocess.check_output(["qemu-img", "info", str(made)])
        self.assertNotIn(b"backing", told)


def _runs(pid: int) -> bool:
    """A process that has ended may stay in the table until somebody asks for its end."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
