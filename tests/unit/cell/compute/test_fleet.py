# SPDX-License-Identifier: Apache-2.0
"""Hosts are shared evenly, change hands as little as they can, and stay while the cell is away."""

from __future__ import annotations

import unittest
from collections import Counter

from nova_cells.cell.compute.drivers.interface import HostSource, HypervisorUnreachable
from nova_cells.cell.compute.fleet import Fleet, owner
from nova_cells.cell.compute.hosts import Hosts
from nova_cells.contracts import Unknown

NAMES = [f"node-{number}" for number in range(300)]


class OwnerTest(unittest.TestCase):
    def test_shares_are_even_and_only_the_lost_share_moves(self):
        before = {name: owner(name, ["a", "b", "c"]) for name in NAMES}
        after = {name: owner(name, ["c", "a"]) for name in NAMES}
        self.assertGreater(min(Counter(before.values()).values()), 60)
        for name in NAMES:
            if before[name] != "b":
                self.assertEqual(before[name], after[name])


class Source(HostSource):
    group = "g"
    interval = 0.001

    def __init__(self):
        self.there = {name: object() for name in NAMES}
        self.fails = False
        self.closed = False

    def look(self):
        if self.fails:
            raise HypervisorUnreachable("away")
        return self.there

    def close(self):
        self.closed = True


class Cell:
    def __init__(self):
        self.members = ["me"]
        self.away = False
        self.left = False

    def join_group(self, group, address, leaving):
        if self.away:
            raise Unknown("away")
        self.left = leaving
        return self.members


class FleetTest(unittest.TestCase):
    def setUp(self):
        self.hosts, self.source, self.cell = Hosts(), Source(), Cell()
        self.taken, self.gone, self.seen = [], [], []
        self.fleet = Fleet(
            self.source,
            self.hosts,
            self.cell,
            address="me",
            busy=lambda _host: set(),
            taken=self.taken.extend,
            let_go=self.gone.extend,
            seen=lambda: self.seen.append(1),
        )

    def test_alone_it_has_all_and_hears_of_new_ones(self):
        self.fleet.round()
        self.assertEqual(set(NAMES), set(self.hosts))
        self.source.there = {"new": object(), "node-1": self.hosts["node-1"]}
        self.fleet._looked_at = float("-inf")
        self.fleet.round()
        self.assertEqual({"new", "node-1"}, set(self.hosts))
        self.assertEqual([*sorted(NAMES), "new"], self.taken)
        self.assertEqual(len(NAMES) - 1, len(self.gone))

    def test_a_newcomer_waits_until_the_others_know_of_it(self):
        self.cell.members = ["me", "other"]
        self.fleet.round()
        self.assertEqual(0, len(self.hosts))
        self.fleet.round()
        self.assertEqual({n for n in NAMES if owner(n, ["me", "other"]) == "me"}, set(self.hosts))

    def test_who_dies_is_taken_over_in_the_next_round(self):
        self.cell.members = ["me", "other"]
        self.fleet.round()
        self.fleet.round()
        self.cell.members = ["me"]
        self.fleet.round()
        self.assertEqual(set(NAMES), set(self.hosts))

    def test_nothing_moves_while_the_cell_or_the_service_is_away(self):
        self.fleet.round()
        self.cell.away = self.source.fails = True
        self.fleet._looked_at = float("-inf")
        self.fleet.round()
        self.assertEqual(set(NAMES), set(self.hosts))
        self.assertEqual([], self.gone)

    def test_a_host_in_work_is_let_go_but_its_work_ends_here(self):
        self.fleet.round()
        self.cell.members = ["me", "other"]
        [theirs, *_] = [name for name in NAMES if owner(name, self.cell.members) == "other"]
        self.fleet._busy = lambda host: {"machine"} if host == theirs else set()
        self.fleet.round()
        self.assertIn(theirs, self.hosts)
        self.assertIn(theirs, self.gone)
        self.fleet._busy = lambda host: set()
        self.fleet.round()
        self.assertNotIn(theirs, self.hosts)

    def test_it_leaves_its_group_when_it_stops(self):
        self.fleet.round()
        self.fleet.stop()
        self.assertTrue(self.cell.left and self.source.closed)


class HostsTest(unittest.TestCase):
    def test_who_goes_through_it_sees_it_as_it_was(self):
        hosts = Hosts({"a": 1, "b": 2})
        seen = []
        for name in hosts:
            hosts.become({"c": 3})
            seen.append(name)
        self.assertEqual((["a", "b"], {"c": 3}), (seen, dict(hosts.items())))
