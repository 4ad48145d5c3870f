# SPDX-License-Identifier: Apache-2.0
"""Every host defines the same network, and nothing a user says breaks out of a definition."""

from __future__ import annotations

import unittest
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from nova_cells.cell.compute.drivers.libvirt import network_xml
from tests.parity.local_networkable import local_nic

OPTION = ".//{http://libvirt.org/schemas/network/dnsmasq/1.0}option"


class NetworkXmlTest(unittest.TestCase):
    def network(self, **changes):
        return ElementTree.fromstring(network_xml.network_xml("mine", local_nic(**changes)))

    def options(self, **changes):
        return [each.get("value") for each in self.network(**changes).iterfind(OPTION)]

    def test_two_hosts_make_the_same(self):
        one, other = local_nic(0), local_nic(1)
        self.assertEqual(
            network_xml.network_xml("mine", one), network_xml.network_xml("mine", other)
        )

    def test_whose_it_is_is_in_its_id(self):
        uuid = self.network().findtext("uuid")
        self.assertTrue(network_xml.is_ours(uuid, "mine"))
        self.assertFalse(network_xml.is_ours(uuid, "yours"))
        self.assertNotEqual(uuid, network_xml.uuid_of("mine", "other"))
        self.assertLessEqual(len(network_xml.bridge_of("mine", "other")), 15)

    def test_the_bridge_has_the_gateway_and_the_metadata_address(self):
        addresses = [(ip.get("address"), ip.get("prefix")) for ip in self.network().iterfind("ip")]
        self.assertEqual([("10.181.0.1", "24"), ("169.254.169.254", "32")], addresses)

    def test_forwarding(self):
        for mode in ("open", "nat"):
            found = self.network(forward=mode).find("forward")
            self.assertEqual(mode, found.get("mode"))
            self.assertIn("0.0.0.0/0", self.options(forward=mode)[0])
        self.assertIsNone(self.network(forward="none").find("forward"))
        self.assertEqual(
            ["dhcp-option=121,169.254.169.254/32,10.181.0.1"], self.options(forward="none")
        )

    def test_name_servers(self):
        self.assertEqual(
            "dhcp-option=6,9.9.9.9,8.8.8.8", self.options(dns=["9.9.9.9", "8.8.8.8"])[1]
        )
        self.assertEqual(1, len(self.options()))

    def test_an_interface_speaks_for_its_own_address(self):
        interface = Element("interface", type="bridge")
        network_xml.add_source(interface, "mine", local_nic())
        self.assertEqual("network", interface.get("type"))
        name = self.network().findtext("name")
        self.assertEqual(name, interface.find("source").get("network"))
        parameter = interface.find("filterref/parameter")
        self.assertEqual(("IP", "10.181.0.2"), (parameter.get("name"), parameter.get("value")))

    def test_the_filter_ends_with_dropping_all(self):
        rules = ElementTree.fromstring(network_xml.filter_xml()).findall("rule")
        self.assertEqual("drop", rules[-1].get("action"))
        self.assertEqual({}, rules[-1].find("mac").attrib)
        priorities = [int(rule.get("priority")) for rule in rules]
        self.assertEqual(sorted(priorities), priorities)

    def test_entries_come_back_as_they_were_written(self):
        host = ElementTree.fromstring(network_xml.entry_xml("fa:16:3e:00:00:01", "10.0.0.2", "<a"))
        tree = Element("network")
        dhcp = ElementTree.SubElement(ElementTree.SubElement(tree, "ip"), "dhcp")
        dhcp.append(host)
        expected = {"mac": "fa:16:3e:00:00:01", "ip": "10.0.0.2", "name": "<a"}
        self.assertEqual([expected], network_xml.entries(tree))
