# SPDX-License-Identifier: Apache-2.0
"""Disks of a definition: which are there, in which order, on which bus."""

from __future__ import annotations

import dataclasses
import unittest
from pathlib import Path
from xml.etree import ElementTree

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.domain_xml import domain_xml
from tests.unit.cell.compute.drivers.libvirt.xml.definitions import domain, plan


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


class DisksXmlTest(unittest.TestCase):
    def test_the_smallest_has_one_disk(self):
        self.assertEqual([("disk", "qcow2", "root.qcow2", "vda", "virtio")], disks(domain()))

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

    def test_the_rescue_disk_is_before_all(self):
        rescued = dataclasses.replace(plan(), rescue=True)
        found = ElementTree.fromstring(domain_xml(rescued))
        self.assertEqual(
            [("rescue.qcow2", "vda"), ("root.qcow2", "vdb")],
            [(disk[2], disk[3]) for disk in disks(found)],
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
        for wrong in ({"hw_disk_bus": "punch-card"}, {"hw_disk_bus": "scsi", "hw_scsi_model": "x"}):
            with self.assertRaises(DriverRefused):
                domain(properties=wrong)

    def test_there_is_no_usb_unless_a_disk_needs_it(self):
        controller = domain().find("devices/controller[@type='usb']")
        self.assertEqual("none", controller.get("model"))
        usb = domain(properties={"hw_disk_bus": "usb"})
        self.assertIsNone(usb.find("devices/controller[@type='usb']"))
