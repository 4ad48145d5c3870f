# SPDX-License-Identifier: Apache-2.0
"""The definition of a guest: what is in it, and that nothing users say can change its shape."""

from __future__ import annotations

import unittest
from pathlib import Path
from xml.etree import ElementTree

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt import marks
from nova_cells.cell.compute.drivers.libvirt.domain_xml import Style, domain_xml
from nova_cells.cell.compute.drivers.libvirt.folder import Folder
from nova_cells.objects import ImageFacts, Machine

UUID = "5d0c3a52-90f4-4e0b-8f0e-4b1f2b4a7f11"
MARK = marks.Mark("deployment-1", 7)


def domain(style: Style | None = None, properties: dict | None = None, **changes):
    values = {"uuid": UUID, "epoch": 7, "name": "web", "project_id": "p", "user_id": "u"}
    values |= {"vcpus": 2, "memory_mb": 256, "root_gb": 1}
    image = ImageFacts(id="i", properties=properties or {})
    machine = Machine(**{**values, "image": image, **changes})
    text = domain_xml(machine, Folder(Path("/guests/x")), MARK, style or Style())
    return ElementTree.fromstring(text)


def disks(found) -> list[tuple[str | None, ...]]:
    return [
        (
            disk.get("device"),
            disk.find("driver").get("type"),
            Path(disk.find("source").get("file")).name,
            disk.find("target").get("dev"),
            disk.find("target").get("bus"),
        )
        for disk in found.iterfind("devices/disk")
    ]


class DomainXmlTest(unittest.TestCase):
    def test_what_the_flavor_says(self):
        found = domain()
        self.assertEqual(
            (UUID, f"instance-{UUID}"), (found.findtext("uuid"), found.findtext("name"))
        )
        self.assertEqual(("256", "2"), (found.findtext("memory"), found.findtext("vcpu")))
        self.assertEqual("MiB", found.find("memory").get("unit"))

    def test_the_mark(self):
        element = domain().find(f"metadata/{{{marks.NAMESPACE}}}machine")
        self.assertEqual(("deployment-1", "7"), (element.get("deployment"), element.get("epoch")))

    def test_the_smallest_has_one_disk_and_no_screen(self):
        found = domain()
        self.assertEqual([("disk", "qcow2", "root.qcow2", "vda", "virtio")], disks(found))
        self.assertIsNone(found.find("devices/graphics"))
        self.assertIsNone(found.find("devices/video"))
        self.assertIsNone(found.find("devices/interface"))

    def test_all_disks_in_order(self):
        found = domain(ephemeral_gb=1, swap_mb=64, config_drive=True)
        self.assertEqual(
            [
                ("disk", "qcow2", "root.qcow2", "vda", "virtio"),
                ("disk", "raw", "ephemeral0.raw", "vdb", "virtio"),
                ("disk", "raw", "swap.raw", "vdc", "virtio"),
                ("cdrom", "raw", "config.iso", "hda", "ide"),
            ],
            disks(found),
        )

    def test_each_ephemeral_disk(self):
        found = domain(ephemeral_gb=3, ephemerals=[1, 2], swap_mb=64)
        self.assertEqual(
            ["root.qcow2", "ephemeral0.raw", "ephemeral1.raw", "swap.raw"],
            [disk[2] for disk in disks(found)],
        )

    def test_buses_that_the_image_asks_for(self):
        found = domain(
            properties={"hw_disk_bus": "scsi", "hw_machine_type": "pc-q35-7.2"}, config_drive=True
        )
        self.assertEqual(
            [("sda", "scsi"), ("sdb", "sata")], [(disk[3], disk[4]) for disk in disks(found)]
        )
        scsi = found.find("devices/controller[@type='scsi']")
        self.assertEqual("virtio-scsi", scsi.get("model"))
        self.assertEqual("pc-q35-7.2", found.find("os/type").get("machine"))
        for wrong in ({"hw_disk_bus": "punch-card"}, {"hw_disk_bus": "scsi", "hw_scsi_model": "x"}):
            with self.assertRaises(DriverRefused):
                domain(properties=wrong)

    def test_the_console_is_appended_to(self):
        source = domain().find("devices/serial/source")
        self.assertEqual(
            ("/guests/x/console.log", "on"), (source.get("path"), source.get("append"))
        )

    def test_emulated_guests_have_a_small_translation_cache(self):
        self.assertEqual("64", domain().findtext("features/tcg/tb-cache"))
        kvm = domain(Style(virt_type="kvm"))
        self.assertIsNone(kvm.find("features/tcg"))
        self.assertEqual("host-model", kvm.find("cpu").get("mode"))
        self.assertIsNone(domain().find("cpu"))

    def test_there_is_no_usb_unless_a_disk_needs_it(self):
        controller = domain().find("devices/controller[@type='usb']")
        self.assertEqual("none", controller.get("model"))
        usb = domain(properties={"hw_disk_bus": "usb"})
        self.assertIsNone(usb.find("devices/controller[@type='usb']"))

    def test_firmware(self):
        self.assertIsNone(domain().find("os").get("firmware"))
        uefi = domain(properties={"hw_firmware_type": "uefi"}).find("os")
        self.assertEqual(("efi", "q35"), (uefi.get("firmware"), uefi.find("type").get("machine")))

    def test_a_screen_when_it_is_wanted(self):
        found = domain(Style(vnc_listen="127.0.0.1"))
        self.assertEqual("127.0.0.1", found.find("devices/graphics/listen").get("address"))

    def test_a_name_can_not_break_out(self):
        evil = "</nova-cells:name></metadata><devices/>&\x00\x1b"
        found = domain(name=evil)
        self.assertEqual(1, len(found.findall("devices")))
        self.assertIn("<devices/>", found.find("metadata")[0][0].text)
