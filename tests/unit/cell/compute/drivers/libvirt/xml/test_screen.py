# SPDX-License-Identifier: Apache-2.0
"""Screens as the host's configuration and the image want them."""

from __future__ import annotations

import unittest

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Style
from tests.unit.cell.compute.drivers.libvirt.xml.definitions import domain


class ScreenTest(unittest.TestCase):
    def test_each_server_listens_on_the_hosts_address(self):
        found = domain(Style(vnc=True, spice=True, console_address="192.0.2.7"))
        screens = found.findall("devices/graphics")
        self.assertEqual(["vnc", "spice"], [screen.get("type") for screen in screens])
        for screen in screens:
            self.assertEqual("192.0.2.7", screen.find("listen").get("address"))
            self.assertEqual("yes", screen.get("autoport"))
        self.assertEqual(1, len(found.findall("devices/video")))

    def test_the_image_names_the_card(self):
        for properties, model in (({}, "vga"), ({"hw_video_model": "virtio"}, "virtio")):
            found = domain(Style(vnc=True), properties)
            self.assertEqual(model, found.find("devices/video/model").get("type"))

    def test_a_card_nobody_knows_is_refused(self):
        with self.assertRaisesRegex(DriverRefused, "'voodoo'"):
            domain(Style(vnc=True), {"hw_video_model": "voodoo"})

    def test_nothing_where_nobody_may_look(self):
        for absent in ("graphics", "video"):
            self.assertIsNone(domain(Style()).find(f"devices/{absent}"))
