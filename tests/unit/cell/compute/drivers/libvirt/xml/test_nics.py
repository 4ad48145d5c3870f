# SPDX-License-Identifier: Apache-2.0
"""Interfaces of a definition: where they are plugged in, their model, queues and limits."""

from __future__ import annotations

import unittest

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.xml.ports import read
from tests.unit.cell.compute.drivers.libvirt.xml.definitions import domain


def nic(**changes):
    document = {"id": "p", "mac": "FA:16:3e:00:00:01", "bridge": "br-east", "mtu": 1450}
    return {**document, "model": None, "tag": None, "addresses": [], **changes}


def made(properties=None, extra_specs=None, **changes):
    found = domain(properties=properties, extra_specs=extra_specs or {}, nics=[nic(**changes)])
    return found.find("devices/interface")


class NicsTest(unittest.TestCase):
    def test_an_interface_on_a_bridge(self):
        found = made()
        self.assertEqual("bridge", found.get("type"))
        self.assertEqual("br-east", found.find("source").get("bridge"))
        self.assertEqual("fa:16:3e:00:00:01", found.find("mac").get("address"))
        self.assertEqual("1450", found.find("mtu").get("size"))
        self.assertEqual("no", found.find("rom").get("enabled"))

    def test_one_without_a_bridge_is_refused(self):
        with self.assertRaisesRegex(DriverRefused, "no bridge"):
            made(bridge=None)

    def test_models(self):
        self.assertEqual("virtio", made().find("model").get("type"))
        self.assertEqual("e1000e", made({"hw_vif_model": "e1000e"}).find("model").get("type"))
        self.assertEqual("rtl8139", made(model="rtl8139").find("model").get("type"))
        with self.assertRaisesRegex(DriverRefused, "'netfront'"):
            made({"hw_vif_model": "netfront"})

    def test_a_queue_for_each_processor_where_the_model_has_them(self):
        several = {"hw_vif_multiqueue_enabled": "true"}
        self.assertEqual("2", made(several).find("driver").get("queues"))
        self.assertIsNone(made().find("driver"))
        self.assertIsNone(made({**several, "hw_vif_model": "e1000"}).find("driver"))

    def test_limits_in_each_direction(self):
        specs = {"quota:vif_inbound_average": "1024", "quota:vif_inbound_peak": "2048"}
        found = made(extra_specs={**specs, "quota:vif_outbound_burst": "9"}).find("bandwidth")
        self.assertEqual({"average": "1024", "peak": "2048"}, found.find("inbound").attrib)
        self.assertIsNone(found.find("outbound"), "a burst without an average limits nothing")
        self.assertIsNone(made().find("bandwidth"))


def port(**changes):
    document = {"service": "neutron", "id": PORT, "network_id": NETWORK, "vif_type": "ovs"}
    return {**document, "vnic_type": "normal", "bridge": None, "details": {}, **changes}


class PortsTest(unittest.TestCase):
    def test_a_port_of_open_vswitch_is_known_there_by_its_id(self):
        found = made(**port(details={"bridge_name": "br-mine"}))
        self.assertEqual(("bridge", "br-mine"), (found.get("type"), bridge(found)))
        switch = found.find("virtualport")
        self.assertEqual("openvswitch", switch.get("type"))
        self.assertEqual(PORT, switch.find("parameters").get("interfaceid"))
        self.assertEqual("tap11111111-11", found.find("target").get("dev"))
        self.assertEqual("1450", found.find("mtu").get("size"))
        self.assertEqual("br-int", bridge(made(**port())))

    def test_one_that_is_filtered_on_the_way_has_a_bridge_of_its_own(self):
        hybrid = port(details={"ovs_hybrid_plug": True, "bridge_name": "br-mine"})
        whole = domain(properties=None, extra_specs={}, nics=[nic(**hybrid)])
        found = whole.find("devices/interface")
        self.assertEqual("qbr11111111-11", bridge(found))
        self.assertIsNone(found.find("virtualport"))
        [noted] = read(whole)
        self.assertEqual((PORT, "br-mine", "1450"), (noted.id, noted.switch, noted.mtu))
        self.assertEqual([], read(domain(properties=None, extra_specs={}, nics=[nic(**port())])))

    def test_one_on_a_bridge_and_one_with_a_device_only(self):
        found = made(**port(vif_type="bridge"))
        self.assertEqual("brq22222222-22", bridge(found))
        self.assertIsNone(found.find("virtualport"))
        found = made(**port(vif_type="tap", devname="tapmine"))
        self.assertEqual("ethernet", found.get("type"))
        self.assertIsNone(found.find("source"))
        self.assertEqual("tapmine", found.find("target").get("dev"))

    def test_what_can_not_be_plugged_is_refused(self):
        for changes in (
            {"vif_type": "unbound"},
            {"vif_type": "binding_failed"},
            {"vif_type": None},
            {"vif_type": "vhostuser"},
            {"vnic_type": "direct"},
            {"details": {"bridge_name": "x'/><evil/>"}},
            {"devname": "a/b"},
            {"devname": "sixteen-letters!"},
        ):
            with self.subTest(changes), self.assertRaises(DriverRefused):
                made(**port(**changes))


def bridge(interface):
    return interface.find("source").get("bridge")


PORT = "11111111-1111-4111-8111-111111111111"
NETWORK = "22222222-2222-4222-8222-222222222222"
