# SPDX-License-Identifier: Apache-2.0
"""Disks: how large, and that one is there only when it is whole."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

from nova_cells.cell.compute.drivers.interface import DriverFailed, DriverRefused
from nova_cells.cell.compute.drivers.libvirt.disks import MIB, make_disks, root_size
from nova_cells.cell.compute.drivers.libvirt.folder import Folder
from nova_cells.cell.compute.images.cache import Base
from nova_cells.cell.compute.images.qemu_img import Limits, run_limited
from nova_cells.objects import Machine

GIB = 1 << 30


def machine(**changes) -> Machine:
    values = {"uuid": "5d0c3a52-90f4-4e0b-8f0e-4b1f2b4a7f11", "epoch": 1, "name": "m"}
    values |= {"project_id": "p", "user_id": "u", "vcpus": 1, "memory_mb": 64, "root_gb": 1}
    return Machine(**{**values, **changes})


class DisksTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Folder(Path(folder.name) / "machine")
        self.folder.path.mkdir()
        self.base = Base(Path(folder.name) / "base", "raw", MIB)
        self.base.path.write_bytes(bytes(MIB))

    def test_the_size_of_the_root_disk(self):
        self.assertEqual(2 * GIB, root_size(machine(root_gb=2), self.base))
        self.assertEqual(MIB, root_size(machine(root_gb=0), self.base))
        odd = Base(self.base.path, "raw", MIB + 1)
        self.assertEqual(2 * MIB, root_size(machine(root_gb=0), odd))
        large = Base(self.base.path, "qcow2", GIB + 1)
        with self.assertRaisesRegex(DriverRefused, "2 GiB.*1 GiB"):
            root_size(machine(root_gb=1), large)

    def test_swap_is_swap_and_ephemeral_is_a_file_system(self):
        make_disks(machine(ephemeral_gb=1, swap_mb=8), self.folder, self.base, Limits())
        swap = self.folder.swap.read_bytes()
        self.assertEqual((8 * MIB, b"SWAPSPACE2"), (len(swap), swap[4086:4096]))
        self.assertEqual(8 * MIB // 4096 - 1, int.from_bytes(swap[1028:1032], "little"))
        with self.folder.ephemeral(0).open("rb") as stream:
            stream.seek(1024)
            block = stream.read(1024)
        self.assertEqual((b"\x53\xef", b"ephemeral0"), (block[56:58], block[120:130]))
        self.assertEqual(GIB, self.folder.ephemeral(0).stat().st_size)

    def test_as_many_ephemeral_disks_as_were_named(self):
        wanted = machine(ephemeral_gb=3, ephemerals=[1, 2])
        make_disks(wanted, self.folder, self.base, Limits())
        sizes = [path.stat().st_size for path in self.folder.ephemerals()]
        self.assertEqual([GIB, 2 * GIB], sizes)
        with self.folder.ephemeral(1).open("rb") as stream:
            self.assertEqual(b"ephemeral1", stream.read(2048)[1144:1154])

    def test_what_is_there_is_left_alone_and_what_is_half_there_is_made_again(self):
        (self.folder.path / "root.qcow2.part").write_text("half")
        make_disks(machine(), self.folder, self.base, Limits())
        before = self.folder.root.stat()
        make_disks(machine(), self.folder, self.base, Limits())
        self.assertEqual(before, self.folder.root.stat())
        self.assertEqual([], list(self.folder.path.glob("*.part")))

    def test_a_child_has_little_memory_and_little_time(self):
        hungry = ["python3", "-c", "x = bytes(2**29)"]
        run_limited(hungry, Limits(memory_mb=2048))
        with self.assertRaises(DriverFailed):
            run_limited(hungry, Limits(memory_mb=256))
        with self.assertRaises(DriverFailed):
            run_limited(["python3", "-c", "while True: pass"], Limits(cpu_seconds=1))
        with self.assertRaisesRegex(DriverFailed, "too long"):
            run_limited(["sleep", "60"], Limits(timeout=0.1))
