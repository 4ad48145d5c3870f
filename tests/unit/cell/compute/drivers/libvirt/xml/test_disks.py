# SPDX-License-Identifier: Apache-2.0
"""Disks of a definition: which are there, in which order, on which bus."""

from __future__ import annotations

import dataclasses
import unittest
from pathlib import Path
from xml.etree import ElementTree

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.domain_xml import domain_xml
from nova_cells.objects import ImageFacts
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


def order_of(disk) -> str | None:
    boot = disk.find("boot")
    return None if boot is None else boot.get("order")


def booted(found) -> list[str]:
    """Which disks the guest may start from, counted from 1, in their order."""
    every = list(found.iterfind("devices/disk"))
    orders = {order: str(n) for n, disk in enumerate(every, 1) if (order := order_of(disk))}
    return [orders[order] for order in sorted(orders)]


def volume(name, **changes):
    connection = {"driver_volume_type": "local", "data": {"device_path": f"/volumes/{name}"}}
    return {"id": name, "connection": connection, "boot_index": None, "bus": None, **changes}


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
        rescued = dataclasses.replace(plan(), rescue=ImageFacts(id="r", properties={}))
        found = ElementTree.fromstring(domain_xml(rescued))
        self.assertEqual(
            [("rescue.qcow2", "vda"), ("root.qcow2", "vdb")],
            [(disk[2], disk[3]) for disk in disks(found)],
        )

    def test_a_rescue_disk_of_its_own_kind_leaves_all_others_their_names(self):
        for properties, last in (
            ({"hw_rescue_device": "disk"}, ("disk", "vdc", "virtio")),
            ({"hw_rescue_bus": "usb"}, ("disk", "sda", "usb")),
            ({"hw_rescue_device": "cdrom"}, ("cdrom", "hdb", "ide")),
            ({"hw_rescue_device": "floppy"}, ("floppy", "fda", "fdc")),
        ):
            image = ImageFacts(id="r", properties=properties)
            rescued = dataclasses.replace(plan(swap_mb=1, config_drive=True), rescue=image)
            found = ElementTree.fromstring(domain_xml(rescued))
            self.assertEqual(["vda", "vdb", "hda"], [disk[3] for disk in disks(found)[:3]])
            device, _kind, name, *rest = disks(found)[3]
            self.assertEqual((last, "rescue.qcow2"), ((device, *rest), name))
            self.assertEqual(["4"], booted(found))

    def test_a_rescue_device_that_is_none(self):
        image = ImageFacts(id="r", properties={"hw_rescue_device": "tape"})
        with self.assertRaisesRegex(DriverRefused, "'tape'"):
            domain_xml(dataclasses.replace(plan(), rescue=image))

    def test_the_guest_starts_from_its_root_disk(self):
        self.assertEqual(["1"], booted(domain(swap_mb=1)))

    def test_a_guest_on_a_volume_has_no_root_disk(self):
        volumes = [volume("one"), volume("two", boot_index=0, bus="scsi")]
        found = domain(volumes=volumes, ephemeral_gb=1)
        self.assertEqual(
            [("two", "sda", "1"), (None, "vda", None), ("one", "vdb", None)],
            [
                (disk.findtext("serial"), disk.find("target").get("dev"), order_of(disk))
                for disk in found.iterfind("devices/disk")
            ],
        )

    def test_a_volume_that_this_host_can_not_connect(self):
        for connection in (
            {"driver_volume_type": "carrier-pigeon", "data": {}},
            {"driver_volume_type": "local", "data": {"device_path": "relative/path"}},
            {"driver_volume_type": "local", "data": {"device_path": "/v", "format": "vmdk"}},
        ):
            with self.assertRaises(DriverRefused):
                domain(volumes=[volume("one", connection=connection)])

    def test_limits_of_the_flavor_hold_for_every_disk(self):
        specs = {"quota:disk_read_iops_sec": "100", "quota:disk_total_bytes_sec": "1048576"}
        found = domain(extra_specs=specs, swap_mb=1, volumes=[volume("one")], config_drive=True)
        tunes = [disk.find("iotune") for disk in found.iterfind("devices/disk")]
        self.assertIsNone(tunes.pop())
        for tune in tunes:
            self.assertEqual(
                {"read_iops_sec": "100", "total_bytes_sec": "1048576"},
                {limit.tag: limit.text for limit in tune},
            )
        with self.assertRaisesRegex(DriverRefused, "by direction"):
            domain(extra_specs={**specs, "quota:disk_read_bytes_sec": "1"})

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
        usb = domain(properties={"hw_disk_bus": "usb"}).find("devices/controller[@type='usb']")
        self.assertEqual("qemu-xhci", usb.get("model"))
