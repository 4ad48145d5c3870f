# SPDX-License-Identifier: Apache-2.0
"""Weighing against a slow reference that adds up one host at a time."""

from __future__ import annotations

import unittest

import numpy as np
from hypothesis import given
from hypothesis import settings as hypothesis_settings

from nova_cells.cell.scheduler import Settings, plugins
from nova_cells.cell.scheduler.weighing import scores
from tests.unit.cell.scheduler import worlds
from tests.unit.cell.scheduler.filters.test_reference import values

FREE = {"RAMWeigher": "MEMORY_MB", "CPUWeigher": "VCPU", "DiskWeigher": "DISK_GB"}
OTHERS = {
    "IoOpsWeigher": lambda host, ask: host.io_ops,
    "BuildFailureWeigher": lambda host, ask: -host.failed_builds,
    "HypervisorVersionWeigher": lambda host, ask: host.kind.hypervisor_version,
    "ServerGroupSoftAffinityWeigher": lambda host, ask: (
        ask.group_hosts.get(host.name, 0) if ask.group_policy == "soft-affinity" else 0
    ),
    "ServerGroupSoftAntiAffinityWeigher": lambda host, ask: (
        -ask.group_hosts.get(host.name, 0) if ask.group_policy == "soft-anti-affinity" else 0
    ),
}
REFERENCES = OTHERS | {
    name: lambda host, ask, resource=resource: (
        host.capacity.get(resource, 0) - host.used.get(resource, 0)
    )
    for name, resource in FREE.items()
}
SETTINGS = Settings()


def reference(hosts, ask):
    """The total of each host, the slow way."""
    totals = dict.fromkeys((host.name for host in hosts), 0.0)
    for name, weigher in plugins.WEIGHERS.items():
        raw = {host.name: float(REFERENCES[name](host, ask)) for host in hosts}
        low, high = min(raw.values()), max(raw.values())
        for host in hosts:
            multiplier = weigher.multiplier
            if name == "RAMWeigher":
                stated = [float(t) for t in values(host, weigher.option) if t.isdigit()]
                multiplier = min(stated, default=multiplier)
            if high > low:
                totals[host.name] += multiplier * (raw[host.name] - low) / (high - low)
    return totals


class WeighingTest(unittest.TestCase):
    def test_every_weigher_has_a_reference(self):
        ours = {
            name
            for name, weigher in plugins.WEIGHERS.items()
            if weigher.weigh.__module__.startswith("nova_cells.")
        }
        self.assertEqual(ours, set(REFERENCES))

    @hypothesis_settings(max_examples=100, deadline=None)
    @given(worlds.worlds(), worlds.asks)
    def test_scores_are_the_references(self, world, ask):
        table, model = world
        if not model:
            return
        rows = np.flatnonzero(table.present)
        found = scores(table, ask, SETTINGS, rows)
        expected = reference(list(model.values()), ask)
        for row, score in zip(rows.tolist(), found.tolist(), strict=True):
            self.assertAlmostEqual(expected[table.names[row]], score, places=6)
