# SPDX-License-Identifier: Apache-2.0
"""What libvirt is told of a container."""

from __future__ import annotations

import unittest
import uuid
from pathlib import Path
from xml.etree import ElementTree

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.folder import Folder
from nova_cells.cell.compute.drivers.libvirt.marks import Mark
from nova_cells.cell.compute.drivers.lxc.domain_xml import Plan, domain_xml
from nova_cells.cell.compute.drivers.lxc.trees import Bounds
from tests.parity.case import small_machine, small_nic

FOLDER = Folder(Path("/instances/one"))


def definition(rescue=False, **changes):
    machine = small_machine(uuid=str(uuid.uuid4()), **changes)
    plan = Plan(machine, FOLDER, Mark("d", 1), Bounds(), rescue)
    return ElementTree.fromstring(domain_xml(plan))


def trees(domain):
    return [
        (tree.find("source").get("dir"), tree.find("target").get("dir"))
        for tree in domain.iterfind("devices/filesystem")
    ]


class DomainXmlTest(unittest.TestCase):
    def test_root_is_nobody_outside_and_the_network_its_own(self):
        domain = definition()
        for kind in ("uid", "gid"):
            found = domain.find(f"idmap/{kind}").attrib
            self.assertEqual({"start": "0", "target": "1000000", "count": "65536"}, found)
        self.assertIsNotNone(domain.find("features/privnet"))
        self.assertEqual([("/instances/one/tree", "/")], trees(domain))

    def test_a_rescued_container_has_its_own_tree_beside_the_other(self):
        found = trees(definition(rescue=True, config_drive=True))
        expected = [("rescue", "/"), ("tree", "/rescued"), ("config-drive", "/config-2")]
        self.assertEqual([(f"/instances/one/{name}", at) for name, at in expected], found)

    def test_processor_time_is_the_flavors(self):
        for specs, expected in (
            ({}, ["2048", "100000", "200000"]),
            ({"quota:cpu_period": "20000"}, ["2048", "20000", "40000"]),
            ({"quota:cpu_quota": "5000", "quota:cpu_shares": "7"}, ["7", "100000", "5000"]),
        ):
            tune = definition(vcpus=2, extra_specs=specs).find("cputune")
            self.assertEqual(expected, [tune.findtext(n) for n in ("shares", "period", "quota")])

    def test_interfaces_have_short_names_and_need_a_bridge(self):
        [found] = definition(nics=[small_nic(1, bridge="br0")]).iterfind("devices/interface")
        self.assertEqual("br0", found.find("source").get("bridge"))
        self.assertLessEqual(len(found.find("target").get("dev")), 15)
        self.assertRaises(DriverRefused, definition, nics=[small_nic(1)])
