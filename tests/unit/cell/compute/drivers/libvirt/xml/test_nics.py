# SPDX-License-Identifier: Apache-2.0
"""Interfaces of a definition: where they are plugged in, their model, queues and limits."""

from __future__ import annotations

import unittest

from nova_cells.cell.compute.drivers.interface import DriverRefused
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
