# SPDX-License-Identifier: Apache-2.0
"""The definition of a guest as a whole, and that nothing users say can change its shape."""

from __future__ import annotations

import unittest

from nova_cells.cell.compute.drivers.libvirt import marks
from tests.unit.cell.compute.drivers.libvirt.xml.definitions import UUID, domain


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

    def test_the_smallest_has_no_screen_and_no_network(self):
        found = domain()
        for absent in ("graphics", "video", "interface"):
            self.assertIsNone(found.find(f"devices/{absent}"))

    def test_the_console_is_appended_to(self):
        source = domain().find("devices/serial/source")
        self.assertEqual(
            ("/guests/x/console.log", "on"), (source.get("path"), source.get("append"))
        )

    def test_a_name_can_not_break_out(self):
        evil = "</nova-cells:name></metadata><devices/>&\x00\x1b"
        found = domain(name=evil)
        self.assertEqual(1, len(found.findall("devices")))
        self.assertIn("<devices/>", found.find("metadata")[0][0].text)
