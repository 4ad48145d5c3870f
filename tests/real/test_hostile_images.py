# SPDX-License-Identifier: Apache-2.0
"""Images made to read the host's files are refused, and leave nothing behind."""

from __future__ import annotations

import subprocess
from pathlib import Path

from nova_cells.cell.compute.drivers.interface import DriverRefused, ImageUnusable
from tests.real.case import RealDriverCase

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
        self.assertEqual([], list((self.ground.folder / "cache").glob("*.part")))
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

    def test_an_image_larger_than_the_flavors_disk(self):
        message = self.refused(self.qcow2(size="3G"), "qcow2", DriverRefused)
        self.assertIn("3 GiB", message)
