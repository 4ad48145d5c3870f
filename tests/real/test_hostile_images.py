# SPDX-License-Identifier: Apache-2.0
"""Images made to read the host's files are refused, and leave nothing behind."""

from __future__ import annotations

import subprocess
import uuid
from pathlib import Path

from nova_cells.cell.compute.drivers.interface import DriverRefused, ImageUnusable
from tests.real.case import RealDriverCase
from tests.real.lxc.case import container_image

FLAT = """# Disk DescriptorFile
version=1
createType="monolithicFlat"
RW 2048 FLAT "/etc/hostname" 0
"""


class HostileImagesTest(RealDriverCase):
    def refused(self, path: Path, disk_format: str, fault: type = ImageUnusable) -> str:
        image = self.ground.images.add(path, self.id(), disk_format=disk_format)
        machine = self.make_machine(image=image)
        self.addCleanup(self.driver.destroy, machine.uuid)
        with self.assertRaises(fault) as caught:
            self.driver.define(machine)
        self.driver.destroy(machine.uuid)
        self.assertEqual(set(), self.files())
        cache = self.ground.folder / "cache"
        self.assertEqual([], [*cache.glob("*.part"), *cache.glob("*.converted")])
        return caught.exception.message

    def qcow2(self, *options: str, size: str = "1M") -> Path:
        path = self.state / "image"
        command = ["qemu-img", "create", "-q", "-f", "qcow2", *options, str(path), size]
        subprocess.run(command, check=True)
        return path

    def test_a_backing_file(self):
        path = self.qcow2("-b", "/etc/hostname", "-F", "raw")
        self.assertIn("backing file", self.refused(path, "qcow2"))

    def test_a_data_file(self):
        path = self.qcow2("-o", f"data_file={self.state / 'data'},data_file_raw=on")
        self.assertIn("another file", self.refused(path, "qcow2"))

    def test_a_qcow2_that_is_said_to_be_raw(self):
        path = self.qcow2("-b", "/etc/hostname", "-F", "raw")
        self.assertIn("content is qcow2", self.refused(path, "raw"))

    def test_a_vmdk_that_names_a_file(self):
        path = self.state / "image"
        path.write_text(FLAT)
        self.assertIn("other files", self.refused(path, "vmdk"))

    def written(self, content: bytes) -> Path:
        path = self.state / "image"
        path.write_bytes(content)
        return path

    def made(self, kind: str, *options: str, size: str = "1M") -> bytearray:
        """A whole image of this kind, to be spoilt."""
        path = self.state / "made"
        words = ["qemu-img", "create", "-q", "-f", kind, *options, str(path), size]
        subprocess.run(words, check=True)
        return bytearray(path.read_bytes())

    def test_a_vmdk_whose_own_descriptor_names_a_file(self):
        image = self.made("vmdk", "-o", "subformat=monolithicSparse")
        place = image.index(b"RW ")
        image[place : place + 40] = b'RW 2048 FLAT "/etc/hostname" 0'.ljust(40)
        self.assertIn("extents outside", self.refused(self.written(bytes(image)), "vmdk"))

    def test_disks_that_need_a_parent(self):
        vdi = self.made("vdi")
        vdi[0x4C] = 4
        self.assertIn("another file", self.refused(self.written(bytes(vdi)), "vdi"))
        vhd = self.made("vpc")
        vhd[60:64] = (4).to_bytes(4, "big")
        vhd[-512 + 60 : -512 + 64] = (4).to_bytes(4, "big")
        self.assertIn("needs a parent", self.refused(self.written(bytes(vhd)), "vhd"))
        vhdx = self.made("vhdx")
        items = vhdx.index(uuid.UUID("caa16737-fa36-4d43-b3b6-33f0aa44e76b").bytes_le)
        place = int.from_bytes(vhdx[items + 16 : items + 20], "little")
        vhdx[(vhdx.index(b"metadata") & ~0xFFFF) + place + 4] |= 2
        self.assertIn("needs a parent", self.refused(self.written(bytes(vhdx)), "vhdx"))

    def test_a_disc_that_is_a_disk_too(self):
        disc = self.made("qcow2").ljust(32768, b"\0")
        disc[32768:] = b"\1CD001".ljust(2048, b"\0")
        for claimed in ("iso", "raw", "qcow2"):
            self.assertIn("iso and qcow2", self.refused(self.written(bytes(disc)), claimed))

    def test_an_encrypted_disk(self):
        path = self.written(b"LUKS\xba\xbe\0\1".ljust(4096, b"\0"))
        for claimed in ("raw", "luks"):
            self.assertRegex(self.refused(path, claimed), "luks|can't be used")

    def test_a_small_file_that_unpacks_to_more_than_the_flavor_has(self):
        raw = self.state / "raw"
        with raw.open("wb") as stream:
            stream.truncate(3 << 30)
        packed = self.state / "packed"
        words = ["convert", "-f", "raw", "-O", "vmdk", "-o", "subformat=streamOptimized"]
        subprocess.run(["qemu-img", *words, str(raw), str(packed)], check=True)
        self.assertLess(packed.stat().st_size, 64 << 20)
        self.assertIn("3 GiB", self.refused(packed, "vmdk", DriverRefused))

    def test_a_disk_of_which_half_is_missing(self):
        path = self.written(bytes(self.made("vhdx", size="64M")[: 2 << 20]))
        self.assertTrue(self.refused(path, "vhdx"))

    def test_an_image_larger_than_the_flavors_disk(self):
        message = self.refused(self.qcow2(size="3G"), "qcow2", DriverRefused)
        self.assertIn("3 GiB", message)

    def test_a_tree_of_files_is_no_disk(self):
        machine = self.make_machine(image=container_image())
        with self.assertRaisesRegex(ImageUnusable, "starts from disks"):
            self.driver.define(machine)
        self.driver.destroy(machine.uuid)
        self.assertEqual(set(), self.files())
