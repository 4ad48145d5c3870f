# SPDX-License-Identifier: Apache-2.0
"""A kernel that is an image, and a disc that is one."""

from __future__ import annotations

import unittest

from nova_cells.objects import ImageFacts
from tests.unit.cell.compute.drivers.libvirt.xml.definitions import domain

KERNEL, RAMDISK = ImageFacts(id="k", disk_format="aki"), ImageFacts(id="r", disk_format="ari")


class KernelTest(unittest.TestCase):
    def told(self, **changes):
        system = domain(**changes).find("os")
        return tuple(system.findtext(name) for name in ("kernel", "initrd", "cmdline"))

    def test_a_guest_without(self):
        self.assertEqual((None, None, None), self.told())

    def test_a_guest_with_one(self):
        words = "root=/dev/vda console=tty0 console=ttyS0"
        self.assertEqual(("/guests/x/kernel", None, words), self.told(kernel=KERNEL))
        kernel, ramdisk, _ = self.told(kernel=KERNEL, ramdisk=RAMDISK)
        self.assertEqual(("/guests/x/kernel", "/guests/x/ramdisk"), (kernel, ramdisk))

    def test_the_images_own_command_line(self):
        image = ImageFacts(id="i", properties={"os_command_line": "one </cmdline><boot/>"})
        self.assertEqual("one </cmdline><boot/>", self.told(kernel=KERNEL, image=image)[2])

    def test_the_root_disk_on_its_bus(self):
        image = ImageFacts(id="i", properties={"hw_disk_bus": "scsi"})
        self.assertIn("root=/dev/sda", self.told(kernel=KERNEL, image=image)[2])


class DiscTest(unittest.TestCase):
    def test_an_iso_is_a_disc_that_can_not_be_written_to(self):
        image = ImageFacts(id="i", disk_format="iso")
        disk = domain(image=image, ephemeral_gb=1).find("devices/disk")
        self.assertEqual("cdrom", disk.get("device"))
        self.assertIsNotNone(disk.find("readonly"))
        self.assertEqual("1", disk.find("boot").get("order"))
        self.assertEqual("ide", disk.find("target").get("bus"))
