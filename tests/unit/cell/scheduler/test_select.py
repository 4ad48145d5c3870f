# SPDX-License-Identifier: Apache-2.0
"""Selection: filters together, the order of candidates, conflicts, and many asks in one pass."""

from __future__ import annotations

import unittest

import numpy as np
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from nova_cells.cell.scheduler import (
    Ask,
    HostRow,
    HostTable,
    NoValidHost,
    Settings,
    plugins,
    select,
    select_many,
)
from nova_cells.cell.scheduler.select import SHORT_LIST
from tests.unit.cell.scheduler import worlds
from tests.unit.cell.scheduler.filters.test_reference import REFERENCES

SETTINGS = Settings()
ROOMY = {"VCPU": 8, "MEMORY_MB": 8000, "DISK_GB": 100}
SMALL = {"VCPU": 1, "MEMORY_MB": 100, "DISK_GB": 1}


def table_of(number: int, **values: object) -> HostTable:
    table = HostTable()
    for index in range(number):
        table.upsert(HostRow(f"host{index}", node=f"node{index}", capacity=ROOMY, **values))
    return table


def names(table: HostTable, ask: Ask, settings: Settings = SETTINGS, **how: object) -> list[str]:
    return [candidate.name for candidate in select(table, ask, settings, **how)]


class SelectTest(unittest.TestCase):
    @hypothesis_settings(max_examples=100, deadline=None)
    @given(worlds.worlds(), worlds.asks)
    def test_candidates_are_the_hosts_all_filters_let_through(self, world, ask):
        table, model = world
        fitting = {
            name
            for name, host in model.items()
            if name not in ask.excluded_hosts
            and all(REFERENCES[each](host, ask) for each in SETTINGS.enabled_filters)
        }
        try:
            found = names(table, ask)
        except NoValidHost as nothing:
            self.assertEqual(set(), fitting)
            self.assertEqual(len(model), nothing.hosts)
            if model:
                self.assertEqual(0, nothing.trail[-1][1])
        else:
            self.assertEqual(len(found), len(set(found)))
            self.assertEqual(fitting, set(found))

    def test_more_free_memory_comes_first(self):
        table = table_of(0)
        for name, used in (("full", 7000), ("empty", 0), ("half", 4000)):
            table.upsert(HostRow(name, capacity=ROOMY, used={"MEMORY_MB": used}))
        self.assertEqual(["empty", "half", "full"], names(table, Ask(resources=SMALL)))

    def test_a_multiplier_below_zero_stacks(self):
        table = table_of(0)
        for name, used in (("full", 7000), ("empty", 0)):
            table.upsert(HostRow(name, capacity=ROOMY, used={"MEMORY_MB": used}))
        stacking = Settings(multipliers={"RAMWeigher": -1.0})
        self.assertEqual(["full", "empty"], names(table, Ask(resources=SMALL), stacking))

    def test_an_aggregate_overrides_a_multiplier(self):
        table = table_of(0)
        lifted = ({"ram_weight_multiplier": "5"},)
        table.upsert(HostRow("a", capacity=ROOMY, used={"MEMORY_MB": 4000}, aggregates=lifted))
        table.upsert(HostRow("b", capacity=ROOMY))
        table.upsert(HostRow("c", capacity=ROOMY, used={"MEMORY_MB": 7000}))
        self.assertEqual("a", names(table, Ask(resources=SMALL))[0])

    def test_failed_builds_outweigh_everything(self):
        table = table_of(0)
        table.upsert(HostRow("bad", capacity=ROOMY, failed_builds=1))
        table.upsert(HostRow("good", capacity=ROOMY, used={"MEMORY_MB": 7000}))
        self.assertEqual("good", names(table, Ask(resources=SMALL))[0])

    def test_candidates_go_on_past_the_short_list(self):
        table = table_of(3 * SHORT_LIST)
        self.assertEqual(3 * SHORT_LIST, len(set(names(table, Ask(resources=SMALL)))))

    def test_past_the_short_list_the_table_is_read_again(self):
        table = table_of(SHORT_LIST + 2)
        selection = select(table, Ask(resources=SMALL), SETTINGS)
        first = [next(selection).name for _ in range(SHORT_LIST)]
        left = [name for name in table.names if name not in first]
        table.remove(left[0])
        self.assertEqual([left[1]], [candidate.name for candidate in selection])

    def test_equal_hosts_are_taken_in_random_order(self):
        table = table_of(50)
        random = np.random.default_rng(1)
        firsts = {names(table, Ask(resources=SMALL), random=random)[0] for _ in range(200)}
        self.assertGreater(len(firsts), 25)

    def test_a_subset_is_picked_from_at_random_and_only_it(self):
        table = table_of(0)
        for index in range(10):
            used = {"MEMORY_MB": 500 * index}
            table.upsert(HostRow(f"host{index}", capacity=ROOMY, used=used))
        random, three = np.random.default_rng(1), Settings(host_subset_size=3)
        firsts = {names(table, Ask(resources=SMALL), three, random=random)[0] for _ in range(100)}
        self.assertEqual({"host0", "host1", "host2"}, firsts)

    def test_a_forced_host_skips_filters_but_not_state_and_room(self):
        table = table_of(2)
        ask = Ask(resources=SMALL, zone="elsewhere", forced_host="host1")
        self.assertEqual(["host1"], names(table, ask))
        table.upsert(HostRow("host1", capacity=ROOMY, up=False))
        self.assertRaises(NoValidHost, names, table, ask)

    def test_a_requested_host_is_filtered(self):
        table = table_of(2)
        self.assertEqual(["host1"], names(table, Ask(requested_host="host1")))
        self.assertEqual(["host0"], names(table, Ask(requested_node="node0")))
        self.assertRaises(NoValidHost, names, table, Ask(requested_host="host1", zone="x"))

    def test_the_trail_names_who_left_none(self):
        table = table_of(3)
        with self.assertRaises(NoValidHost) as caught:
            select(table, Ask(resources={"VCPU": 9}), SETTINGS)
        self.assertEqual([("ComputeFilter", 3), ("ResourceFilter", 0)], caught.exception.trail)
        self.assertIn("ResourceFilter: 0", caught.exception.reason)

    def test_an_empty_table_has_no_valid_host(self):
        with self.assertRaises(NoValidHost) as caught:
            select(HostTable(), Ask(resources=SMALL, zone="nova"), SETTINGS)
        self.assertIn("nova", HostRow("x").zone)
        self.assertEqual(0, caught.exception.hosts)


class SelectManyTest(unittest.TestCase):
    def test_exactly_as_many_as_fit(self):
        table = table_of(5)
        asks = [Ask(resources={"VCPU": 4}) for _ in range(12)]
        answers = select_many(table, asks, SETTINGS)
        placed = [next(answer).name for answer in answers if not isinstance(answer, NoValidHost)]
        self.assertEqual(10, len(placed))
        self.assertTrue((table.free("VCPU") == 0).all())

    def test_members_of_one_group_see_each_other(self):
        table = table_of(4)
        ask = Ask(
            resources=SMALL, group="g", group_policy="anti-affinity", group_hosts={"host0": 1}
        )
        answers = select_many(table, [ask] * 5, SETTINGS)
        placed = [next(answer).name for answer in answers[:3]]
        self.assertEqual({"host1", "host2", "host3"}, set(placed))
        self.assertTrue(all(isinstance(answer, NoValidHost) for answer in answers[3:]))

    def test_an_affine_group_lands_on_one_host(self):
        table = table_of(4)
        ask = Ask(resources=SMALL, group="g", group_policy="affinity")
        random = np.random.default_rng(2)
        answers = select_many(table, [ask] * 8, SETTINGS, random=random)
        self.assertEqual(1, len({next(answer).name for answer in answers}))

    def test_a_soft_apart_group_spreads_first(self):
        table = table_of(4)
        ask = Ask(resources=SMALL, group="g", group_policy="soft-anti-affinity")
        answers = select_many(table, [ask] * 8, SETTINGS)
        placed = [next(answer).name for answer in answers]
        self.assertEqual({2}, {placed.count(name) for name in table.names})


class PluginTest(unittest.TestCase):
    def test_an_unknown_filter_stops_the_start(self):
        with self.assertRaisesRegex(plugins.UnknownPlugin, "NoSuchFilter"):
            Settings(enabled_filters=("NoSuchFilter",))

    @given(st.sampled_from(sorted(plugins.WEIGHERS)))
    def test_every_weigher_has_its_option(self, name):
        from nova_cells.cell.scheduler.opts import OPTIONS

        weigher = plugins.WEIGHERS[name]
        defaults = {option.name: option.default for option in OPTIONS["filter_scheduler"]}
        self.assertEqual(weigher.multiplier, defaults[weigher.option])
