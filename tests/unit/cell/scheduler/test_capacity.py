# SPDX-License-Identifier: Apache-2.0
"""The summary of a cell's room: exact while it is small, never too good when it is rounded."""

import unittest
from collections import Counter

from hypothesis import given
from hypothesis import settings as hypothesis_settings

from nova_cells.cell.scheduler import HostRow, HostTable, capacity_shapes
from nova_cells.cell.scheduler.capacity import MOST_SHAPES
from tests.unit.cell.scheduler import worlds

CLASSES = ("VCPU", "MEMORY_MB", "DISK_GB")


class CapacityTest(unittest.TestCase):
    @hypothesis_settings(max_examples=100, deadline=None)
    @given(worlds.worlds())
    def test_hosts_in_service_are_counted_by_zone_traits_and_room(self, world):
        table, model = world
        expected = Counter(
            (
                host.zone,
                tuple(sorted(host.traits)),
                *(max(0, host.capacity.get(c, 0) - host.used.get(c, 0)) for c in CLASSES),
            )
            for host in model.values()
            if host.enabled and host.up
        )
        found = Counter()
        for group in capacity_shapes(table):
            for shape in group["shapes"]:
                room = (shape["vcpus"], shape["memory_mb"], shape["disk_gb"])
                found[group["zone"], tuple(group["traits"]), *room] = shape["count"]
        self.assertEqual(expected, found)

    def test_many_different_hosts_are_rounded_down(self):
        table = HostTable()
        for number in range(3000):
            room = {"VCPU": 64, "MEMORY_MB": 200_000 + 7 * number, "DISK_GB": 1000 + number}
            table.upsert(HostRow(f"host{number}", capacity=room))
        (group,) = capacity_shapes(table)
        shapes = group["shapes"]
        self.assertLessEqual(len(shapes), MOST_SHAPES)
        self.assertEqual(3000, sum(shape["count"] for shape in shapes))
        for shape in shapes:
            self.assertTrue(195_000 <= shape["memory_mb"] <= 221_000, shape)
        least = sum(s["count"] for s in shapes if s["disk_gb"] >= 2000)
        self.assertLessEqual(least, 2000)
