# SPDX-License-Identifier: Apache-2.0
"""NUMA nodes: in equal parts or as they are told, and nothing left over."""

from __future__ import annotations

import unittest

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.xml.numa import nodes_of
from tests.unit.cell.compute.drivers.libvirt.xml.definitions import domain, plan

TOLD = {
    "hw:numa_nodes": "2",
    "hw:numa_cpus.0": "0,3",
    "hw:numa_mem.0": "100",
    "hw:numa_cpus.1": "1-3,^3",
    "hw:numa_mem.1": "156",
}


def nodes(vcpus, **specs):
    found = nodes_of(plan(extra_specs=specs, vcpus=vcpus))
    return [(sorted(node.cpus), node.memory) for node in found]


class NumaTest(unittest.TestCase):
    def test_equal_parts(self):
        self.assertEqual([], nodes(2))
        self.assertEqual([([0, 2], 128), ([1], 128)], nodes(3, **{"hw:numa_nodes": "2"}))
        uneven = nodes(3, **{"hw:numa_nodes": "3"})
        self.assertEqual(256, sum(memory for _, memory in uneven))

    def test_as_told(self):
        self.assertEqual([([0, 3], 100), ([1, 2], 156)], nodes(4, **TOLD))
        cells = domain(extra_specs=TOLD, vcpus=4).findall("cpu/numa/cell")
        self.assertEqual(["0,3", "1,2"], [cell.get("cpus") for cell in cells])

    def test_what_does_not_make_up_the_guest_is_refused(self):
        for vcpus, changes in (
            (1, {"hw:numa_cpus.0": "0", "hw:numa_cpus.1": "0"}),
            (4, {"hw:numa_mem.0": "101"}),
            (4, {"hw:numa_cpus.1": "1-99999"}),
            (4, {"hw:numa_cpus.1": "one"}),
            (4, {"hw:numa_nodes": "3"}),
        ):
            with self.assertRaises(DriverRefused):
                nodes(vcpus, **{**TOLD, **changes})
        with self.assertRaisesRegex(DriverRefused, "1 processors.*2 NUMA nodes"):
            nodes(1, **{"hw:numa_nodes": "2"})
