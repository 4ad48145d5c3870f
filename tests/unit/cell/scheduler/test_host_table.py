# SPDX-License-Identifier: Apache-2.0
"""The host table: rows that come, change and leave, and claims that are not committed yet."""

from __future__ import annotations

import unittest

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from nova_cells.cell.scheduler import HostRow, HostTable
from tests.unit.cell.scheduler import worlds


class HostTableTest(unittest.TestCase):
    @hypothesis_settings(max_examples=100, deadline=None)
    @given(worlds.worlds())
    def test_the_table_holds_what_was_last_said(self, world):
        table, model = world
        self.assertEqual(len(model), len(table))
        self.assertEqual(len(model), int(table.present.sum()))
        for name, host in model.items():
            row = table.row(name)
            self.assertEqual(host.name, table.names[row])
            self.assertEqual(host.zone, table.zones.values[table.zone[row]])
            self.assertEqual(host.kind, table.kinds.values[table.kind[row]])
            self.assertEqual(host.traits, table.trait_sets.values[table.trait_set[row]])
            for resource, capacity in host.capacity.items():
                free = capacity - host.used.get(resource, 0)
                self.assertEqual(free, table.free(resource)[row])

    @given(worlds.worlds())
    def test_shared_values_leave_with_their_last_host(self, world):
        table, model = world
        for name in model:
            table.remove(name)
        for interned in (table.zones, table.kinds, table.trait_sets, table.aggregate_sets):
            self.assertEqual([], interned.live())
        self.assertEqual(0, int(table.present.sum()))

    @given(st.lists(worlds.hosts(st.sampled_from(worlds.NAMES)), max_size=8))
    def test_replace_leaves_exactly_the_hosts_given(self, hosts):
        table = HostTable()
        table.upsert(HostRow("old"))
        table.replace(hosts)
        self.assertEqual({host.name for host in hosts}, {n for n in table.names if n in table})

    def test_a_pending_claim_outlives_a_fresh_row(self):
        table = HostTable()
        table.upsert(HostRow("a", capacity={"VCPU": 4}))
        table.claim("a", {"VCPU": 3})
        table.upsert(HostRow("a", capacity={"VCPU": 4}, used={"VCPU": 1}))
        self.assertEqual(0, table.free("VCPU")[0])
        table.release("a", {"VCPU": 3})
        self.assertEqual(3, table.free("VCPU")[0])

    def test_a_settled_claim_is_used(self):
        table = HostTable()
        table.upsert(HostRow("a", capacity={"VCPU": 4}))
        table.claim("a", {"VCPU": 3})
        table.settle("a", {"VCPU": 3})
        self.assertEqual(1, table.free("VCPU")[0])
        self.assertEqual(1, table.num_instances[0])
        self.assertEqual(0, table.pending_instances[0])

    def test_a_host_that_left_and_came_back_owes_nothing(self):
        table = HostTable()
        table.upsert(HostRow("a", capacity={"VCPU": 4}))
        table.claim("a", {"VCPU": 3})
        table.remove("a")
        table.release("a", {"VCPU": 3})
        table.upsert(HostRow("a", capacity={"VCPU": 4}))
        table.release("a", {"VCPU": 3})
        self.assertEqual(4, table.free("VCPU")[0])

    def test_every_change_is_a_new_version(self):
        table = HostTable()
        seen = [table.version]
        for change in (
            lambda: table.upsert(HostRow("a", capacity={"VCPU": 4})),
            lambda: table.claim("a", {"VCPU": 1}),
            lambda: table.settle("a", {"VCPU": 1}),
            lambda: table.remove("a"),
        ):
            change()
            seen.append(table.version)
        self.assertEqual(sorted(set(seen)), seen)
