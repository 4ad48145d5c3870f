# SPDX-License-Identifier: Apache-2.0
"""What an image is, is read from its bytes; what reaches outside is refused."""

from __future__ import annotations

import struct
import tempfile
import unittest
import uuid
from pathlib import Path

from nova_cells.cell.compute.drivers.interface import ImageUnusable
from nova_cells.cell.compute.images.sniff import look

MIB = 1 << 20


def qcow2(*, version=3, backing=0, size=MIB, encryption=0, features=0) -> bytes:
    head = b"QFI\xfb" + struct.pack(">IQIIQI", version, backing, 9 * bool(backing), 16, size, 0)
    head = head[:32] + struct.pack(">I", encryption) + head[36:]
    return head.ljust(72, b"\0") + struct.pack(">Q", features) + bytes(512)


def vmdk(descriptor: str, *, capacity=2048) -> bytes:
    head = b"KDMV" + struct.pack("<II", 1, 3) + struct.pack("<QQQQ", capacity, 128, 1, 20)
    return head.ljust(512, b"\0") + descriptor.encode().ljust(20 * 512, b"\0")


REGION = "8b7ca206-4790-4b9a-b8fe-575f050f886e"
PARAMETERS = "caa16737-fa36-4d43-b3b6-33f0aa44e76b"
SIZE = "2fa54224-cd1b-4876-b211-5dbed83bf4b8"
HYBRID = bytes(510) + b"\x55\xaa" + bytes(32256) + b"\1CD001" + bytes(2042)
STREAM = 'createType="streamOptimized"\nRW 2048 SPARSE "disk.vmdk"\n'


class LookTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "image"

    def looked(self, content: bytes, claimed: str):
        self.path.write_bytes(content)
        return look(self.path, claimed)

    def assert_refused(self, content: bytes, claimed: str, words: str) -> None:
        with self.assertRaisesRegex(ImageUnusable, words):
            self.looked(content, claimed)

    def test_good_ones(self):
        vdi = bytearray(1024)
        vdi[0x40:0x44] = b"\x7f\x10\xda\xbe"
        struct.pack_into("<I", vdi, 0x4C, 1)
        struct.pack_into("<Q", vdi, 0x170, 3 * MIB)
        vhd = bytearray(1024)
        vhd[512:520] = b"conectix"
        struct.pack_into(">Q", vhd, 512 + 48, 2 * MIB)
        struct.pack_into(">I", vhd, 512 + 60, 3)
        for content, claimed, kind, size in (
            (qcow2(), "qcow2", "qcow2", MIB),
            (qcow2(version=2), "qcow2", "qcow2", MIB),
            (qcow2(features=0b11001), "qcow2", "qcow2", MIB),
            (bytes(MIB), "raw", "raw", MIB),
            (bytes(MIB), "ami", "raw", MIB),
            (bytes(32768) + b"\1CD001" + bytes(2042), "iso", "raw", 32768 + 2048),
            (
                b"\0" * 510 + b"\x55\xaa" + bytes(32256) + b"\1CD001" + bytes(2042),
                "iso",
                "raw",
                34816,
            ),
            (vmdk(STREAM), "vmdk", "vmdk", MIB),
            (bytes(vdi), "vdi", "vdi", 3 * MIB),
            (bytes(vhd), "vhd", "vpc", 2 * MIB),
        ):
            with self.subTest(claimed=claimed):
                looked = self.looked(content, claimed)
                self.assertEqual((kind, size), (looked.kind, looked.virtual_size))

    def test_an_image_that_is_not_what_it_is_said_to_be(self):
        self.assert_refused(qcow2(), "raw", "said to be raw but its content is qcow2")
        self.assert_refused(bytes(MIB), "qcow2", "content is raw")
        self.assert_refused(vmdk(STREAM), "iso", "content is vmdk")
        self.assert_refused(b"", "qcow2", "content is raw")
        self.assert_refused(bytes(MIB), "iso", "content is raw")
        self.assert_refused(qcow2()[:8], "raw", "content is qcow2")

    def test_an_image_that_is_two_things_at_once(self):
        iso = bytearray(qcow2().ljust(32768, b"\0") + b"\1CD001" + bytes(2042))
        for claimed in ("iso", "qcow2", "raw"):
            self.assert_refused(bytes(iso), claimed, "content is iso and qcow2")
        footed = qcow2().ljust(4096, b"\0") + b"conectix".ljust(512, b"\0")
        self.assert_refused(footed, "qcow2", "content is qcow2 and vpc")

    def test_qcow2_that_reaches_outside(self):
        self.assert_refused(qcow2(backing=200), "qcow2", "backing file")
        self.assert_refused(qcow2(version=2, backing=200), "qcow2", "backing file")
        self.assert_refused(qcow2(features=0b100), "qcow2", "another file")
        self.assert_refused(qcow2(encryption=1), "qcow2", "encrypted")
        self.assert_refused(qcow2(features=1 << 40), "qcow2", "not known")
        self.assert_refused(qcow2(version=1), "qcow2", "version 1")
        self.assert_refused(qcow2()[:40], "qcow2", "ends inside")

    def test_vmdk_that_reaches_outside(self):
        flat = 'createType="monolithicFlat"\nRW 2048 FLAT "/etc/shadow" 0\n'
        for descriptor in (
            flat,
            'createType="streamOptimized"\nRW 2048 FLAT "/etc/shadow" 0\n',
            'createType="streamOptimized"\nRW 2048 SPARSE "/etc/shadow"\n',
            STREAM + 'RW 2048 SPARSE "other.vmdk"\n',
            STREAM + 'parentFileNameHint="/etc/shadow"\n',
            "",
        ):
            with self.subTest(descriptor=descriptor):
                self.assert_refused(vmdk(descriptor), "vmdk", "VMDK|parent")
        self.assert_refused(b"# Disk DescriptorFile\n" + flat.encode(), "vmdk", "other files")

    def test_formats_nobody_needs(self):
        self.assert_refused(b"QED\0" + bytes(600), "qed", "can't be used")
        self.assert_refused(b"LUKS\xba\xbe" + bytes(600), "luks", "can't be used")

    def test_disks_that_need_a_parent(self):
        vdi = bytearray(1024)
        vdi[0x40:0x44] = b"\x7f\x10\xda\xbe"
        struct.pack_into("<I", vdi, 0x4C, 4)
        self.assert_refused(bytes(vdi), "vdi", "needs another file")
        vhd = bytearray(b"conectix".ljust(1024, b"\0"))
        struct.pack_into(">I", vhd, 60, 4)
        self.assert_refused(bytes(vhd), "vhd", "needs a parent")
        self.assert_refused(vhdx(flags=2), "vhdx", "needs a parent")

    def test_vhdx(self):
        looked = self.looked(vhdx(), "vhdx")
        self.assertEqual(("vhdx", 5 * MIB), (looked.kind, looked.virtual_size))
        self.assert_refused(vhdx()[:0x30000], "vhdx", "tables|content is raw")
        self.assert_refused(vhdx(entries=5000), "vhdx", "too many|damaged|content is raw")


def vhdx(*, flags=0, entries=1) -> bytes:
    """The parts of a VHDX that say how large it is and what it needs."""
    name = {word: uuid.UUID(word).bytes_le for word in (REGION, PARAMETERS, SIZE)}
    image = bytearray(b"vhdxfile".ljust(0x220000, b"\0"))
    struct.pack_into("<4sIII", image, 0x30000, b"regi", 0, entries, 0)
    struct.pack_into("<16sQII", image, 0x30010, name[REGION], 0x200000, 0x10000, 1)
    struct.pack_into("<8sHH", image, 0x200000, b"metadata", 0, 2)
    struct.pack_into("<16sIIII", image, 0x200020, name[PARAMETERS], 0x10000, 8, 0, 0)
    struct.pack_into("<16sIIII", image, 0x200040, name[SIZE], 0x10008, 8, 0, 0)
    struct.pack_into("<IIQ", image, 0x210000, MIB, flags, 5 * MIB)
    return bytes(image)
