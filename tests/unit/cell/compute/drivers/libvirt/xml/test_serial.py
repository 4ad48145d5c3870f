# SPDX-License-Identifier: Apache-2.0
"""Serial ports: the first is logged, and may be talked to; more where flavor and image say so."""

from __future__ import annotations

import unittest
from dataclasses import replace
from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.xml.plan import Style
from nova_cells.cell.compute.drivers.libvirt.xml.serial import add_serial
from tests.unit.cell.compute.drivers.libvirt.xml.definitions import plan

LOG = "/guests/x/console.log"


def ports(port=None, *arguments, **changes):
    devices = SubElement(Element("domain"), "devices")
    add_serial(devices, replace(plan(*arguments, **changes), serial_port=port))
    return devices.findall("serial")


class SerialTest(unittest.TestCase):
    def test_without_a_port_it_is_only_logged(self):
        (serial,) = ports()
        self.assertEqual("file", serial.get("type"))
        self.assertEqual({"path": LOG, "append": "on"}, serial.find("source").attrib)

    def test_with_a_port_it_is_logged_and_may_be_talked_to(self):
        (serial,) = ports(20007, Style(console_address="192.0.2.7"))
        self.assertEqual("tcp", serial.get("type"))
        place = {"mode": "bind", "host": "192.0.2.7", "service": "20007"}
        self.assertEqual(place, serial.find("source").attrib)
        self.assertEqual("raw", serial.find("protocol").get("type"))
        self.assertEqual({"file": LOG, "append": "on"}, serial.find("log").attrib)

    def test_more_of_them(self):
        for properties, specs, number in (
            ({}, {"hw:serial_port_count": "3"}, 3),
            ({"hw_serial_port_count": "2"}, {"hw:serial_port_count": "3"}, 2),
            ({"hw_serial_port_count": "4"}, {}, 4),
        ):
            found = ports(20007, None, properties, extra_specs=specs)
            wanted = [str(target) for target in range(number)]
            self.assertEqual(wanted, [one.find("target").get("port") for one in found])

    def test_more_than_there_may_be(self):
        for properties, specs in (
            ({"hw_serial_port_count": "4"}, {"hw:serial_port_count": "3"}),
            ({"hw_serial_port_count": "5"}, {}),
            ({"hw_serial_port_count": "none"}, {}),
            ({}, {"hw:serial_port_count": "0"}),
        ):
            with self.assertRaisesRegex(DriverRefused, "serial ports"):
                ports(20007, None, properties, extra_specs=specs)
