# SPDX-License-Identifier: Apache-2.0
"""How processors hang together: maxima hold, preferences where the number allows them."""

from __future__ import annotations

import unittest

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.xml.topology import topology_of
from tests.unit.cell.compute.drivers.libvirt.xml.definitions import domain, plan


def shape(vcpus, properties=None, **specs):
    extra = {f"hw:cpu_{name}": value for name, value in specs.items()}
    found = topology_of(plan(properties=properties, extra_specs=extra, vcpus=vcpus))
    return found and (found["sockets"], found["cores"], found["threads"])


class TopologyTest(unittest.TestCase):
    def test_nobody_minds(self):
        self.assertIsNone(shape(4))

    def test_preferences(self):
        self.assertEqual((2, 2, 1), shape(4, cores="2"))
        self.assertEqual((1, 2, 2), shape(4, cores="2", threads="2"))
        self.assertEqual((2, 2, 1), shape(4, {"hw_cpu_sockets": "2"}))
        self.assertEqual((3, 1, 1), shape(3, cores="2"), "three can't be had by twos")

    def test_maxima(self):
        self.assertEqual((2, 4, 1), shape(8, max_sockets="2"))
        self.assertEqual((2, 2, 2), shape(8, max_sockets="2", max_cores="2"))
        with self.assertRaisesRegex(DriverRefused, "at most 1 sockets, at most 1 cores"):
            shape(4, max_sockets="1", max_cores="1", max_threads="2")

    def test_every_shape_makes_up_the_number(self):
        for vcpus in range(1, 33):
            sockets, cores, threads = shape(vcpus, max_threads="4", cores="3")
            self.assertEqual(vcpus, sockets * cores * threads)
            self.assertLessEqual(threads, 4)

    def test_it_is_told_without_a_model_too(self):
        found = domain(extra_specs={"hw:cpu_max_sockets": "1"}).find("cpu")
        self.assertEqual((None, "2"), (found.get("mode"), found.find("topology").get("cores")))
