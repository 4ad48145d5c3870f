# SPDX-License-Identifier: Apache-2.0
"""Small parts that image and flavor ask for: there when they do, and not otherwise."""

from __future__ import annotations

import unittest

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.xml import tags
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Style
from tests.unit.cell.compute.drivers.libvirt.xml.definitions import domain

UEFI = {"hw_firmware_type": "uefi"}


class WishesTest(unittest.TestCase):
    def test_a_plain_guest_has_none_of_them(self):
        found = domain()
        for part in ("tpm", "watchdog", "channel", "input", "sound"):
            self.assertIsNone(found.find(f"devices/{part}"), part)
        for part in ("os/bootmenu", "features/pmu", "cputune", "metadata/devices"):
            self.assertIsNone(found.find(part), part)

    def test_secure_boot(self):
        found = domain(properties={**UEFI, "os_secure_boot": "required"}).find("os")
        features = {
            one.get("name"): one.get("enabled") for one in found.iterfind("firmware/feature")
        }
        self.assertEqual({"secure-boot": "yes", "enrolled-keys": "yes"}, features)
        self.assertEqual("/guests/x/nvram.fd", found.findtext("nvram"))
        plain = domain(properties=UEFI).find("os/firmware/feature")
        self.assertEqual(("secure-boot", "no"), (plain.get("name"), plain.get("enabled")))

    def test_secure_boot_needs_its_board_and_firmware(self):
        secure = {"os_secure_boot": "required"}
        for properties in (secure, {**secure, **UEFI, "hw_machine_type": "pc"}):
            with self.assertRaisesRegex(DriverRefused, "Secure boot needs"):
                domain(properties=properties)

    def test_a_tpm(self):
        found = domain(extra_specs={"hw:tpm_version": "1.2"}).find("devices/tpm")
        self.assertEqual("tpm-tis", found.get("model"))
        self.assertEqual("1.2", found.find("backend").get("version"))
        with self.assertRaises(DriverRefused):
            domain(properties={"hw_tpm_version": "1.2", "hw_tpm_model": "tpm-crb"})

    def test_a_watchdog_unless_it_is_disabled(self):
        found = domain(extra_specs={"hw:watchdog_action": "poweroff"}).find("devices/watchdog")
        self.assertEqual("poweroff", found.get("action"))
        both = {"extra_specs": {"hw:watchdog_action": "poweroff"}}
        off = domain(properties={"hw_watchdog_action": "disabled"}, **both)
        self.assertIsNone(off.find("devices/watchdog"))

    def test_random_numbers_as_the_flavor_allows(self):
        self.assertIsNone(domain(extra_specs={"hw_rng:allowed": "False"}).find("devices/rng"))
        slow = domain(extra_specs={"hw_rng:rate_bytes": "64"}).find("devices/rng/rate")
        self.assertEqual({"bytes": "64", "period": "1000"}, slow.attrib)

    def test_video_memory_as_the_flavor_allows(self):
        wish = {"hw_video_model": "vga", "hw_video_ram": "16"}
        for specs in ({}, {"hw_video:ram_max_mb": "8"}):
            with self.assertRaisesRegex(DriverRefused, "16 MiB"):
                domain(properties=wish, extra_specs=specs)
        found = domain(properties=wish, extra_specs={"hw_video:ram_max_mb": "16"})
        self.assertEqual("16384", found.find("devices/video/model").get("vram"))

    def test_no_screen_where_the_image_wants_none(self):
        found = domain(Style(vnc=True), {"hw_video_model": "none"})
        self.assertIsNone(found.find("devices/graphics"))
        self.assertEqual("none", found.find("devices/video/model").get("type"))

    def test_pointers_and_keyboards(self):
        found = domain(properties={"hw_pointer_model": "usbtablet"})
        kinds = [(one.get("type"), one.get("bus")) for one in found.iterfind("devices/input")]
        self.assertEqual([("tablet", "usb"), ("keyboard", "usb")], kinds)
        controller = found.find("devices/controller[@type='usb']")
        self.assertEqual("qemu-xhci", controller.get("model"))

    def test_processors_in_bounds(self):
        found = domain(extra_specs={"quota:cpu_quota": "5000", "quota:cpu_shares": "64"})
        self.assertEqual(
            {"quota": "5000", "shares": "64"}, {one.tag: one.text for one in found.find("cputune")}
        )

    def test_clock_and_counters(self):
        self.assertEqual(
            "localtime", domain(properties={"os_type": "windows"}).find("clock").get("offset")
        )
        self.assertEqual(
            "off", domain(properties={"hw_pmu": "no"}).find("features/pmu").get("state")
        )

    def test_the_boot_menu(self):
        self.assertEqual(
            "yes", domain(extra_specs={"hw:boot_menu": "1"}).find("os/bootmenu").get("enable")
        )

    def test_ports_for_later_on_a_board_that_needs_them(self):
        ports = "devices/controller[@model='pcie-root-port']"
        self.assertEqual([], domain().findall(ports))
        few, many = (
            len(domain(Style(hotplug_ports=n), {"hw_machine_type": "q35"}).findall(ports))
            for n in (0, 8)
        )
        self.assertEqual(8, many - few)

    def test_tags_are_kept_with_the_guest(self):
        nic = {"id": "p", "mac": "FA:16:3E:00:00:01", "bridge": "b", "tag": "front <1>"}
        connection = {"driver_volume_type": "local", "data": {"device_path": "/v"}}
        volume = {"id": "vol", "connection": connection, "boot_index": None, "tag": "data"}
        found = domain(nics=[nic], volumes=[volume])
        self.assertEqual({"fa:16:3e:00:00:01": "front <1>", "vol": "data"}, tags.read(found))
