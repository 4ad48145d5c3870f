# SPDX-License-Identifier: Apache-2.0
"""Hosts that are had as a whole and come many at a time; and the agents that share them."""

from __future__ import annotations

import uuid as uuids

from nova_cells.contracts import FaultCode, Refused
from nova_cells.objects import GuestVerdict, HostReport, Inventory
from tests.unit.cell.conductor.world import CELL, WorldCase, conf

NODES = [str(uuids.UUID(int=number)) for number in range(5)]
FLAVOR = {
    "resources:VCPU": "0",
    "resources:MEMORY_MB": "0",
    "resources:DISK_GB": "0",
    "resources:CUSTOM_GOLD": "1",
}


def report_of(node, unavailable=None, identity=None):
    inventory = Inventory(
        vcpus=64,
        memory_mb=65536,
        disk_gb=1000,
        hypervisor_type="ironic",
        hypervisor_version=1,
        resources={} if unavailable else {"CUSTOM_GOLD": 1},
        whole=True,
        unavailable=unavailable,
    )
    return HostReport(
        name=node,
        node=node,
        identity=identity or node,
        address="agent",
        driver="ironic",
        inventory=inventory,
    )


class NodesTest(WorldCase):
    hosts = {"h1": {}}

    def setUp(self):
        super().setUp()
        self.side = self.world.agents_side()
        self.welcomes = self.side.register_many([report_of(node) for node in NODES])

    def rows(self):
        return {row["name"]: row for row in self.world.rows("hosts") if row["driver"] == "ironic"}

    def gold(self):
        return self.world.build(extra_specs=FLAVOR)

    def test_many_are_known_after_one_call(self):
        self.assertEqual([CELL] * len(NODES), [welcome.cell for welcome in self.welcomes])
        rows = self.rows()
        self.assertEqual(
            [rows[node]["uuid"] for node in NODES], [w.host_uuid for w in self.welcomes]
        )

    def test_all_of_them_or_none(self):
        fresh, known = str(uuids.uuid4()), NODES[0]
        with self.assertRaises(Refused) as raised:
            self.side.register_many([report_of(fresh), report_of(known, identity=fresh)])
        self.assertEqual(FaultCode.HOST_IDENTITY_CHANGED, raised.exception.code)
        self.assertNotIn(fresh, self.rows())

    def test_nobody_gets_a_part_of_a_node(self):
        caps = {
            (row["vcpus_cap"], row["memory_mb_cap"], row["disk_gb_cap"])
            for row in self.rows().values()
        }
        self.assertEqual({(0, 0, 0)}, caps)
        self.assertFalse(self.world.build(requested_host=NODES[0]).accepted)

    def test_each_is_had_once(self):
        for _ in NODES:
            self.assertTrue(self.gold().accepted)
        self.assertFalse(self.gold().accepted)
        self.assertEqual([1] * len(NODES), [row["running"] for row in self.rows().values()])

    def test_one_that_is_not_free_is_left_out_and_says_why(self):
        self.side.register_many([report_of(node, "It is dirty.") for node in NODES[1:]])
        self.assertTrue(self.gold().accepted)
        self.assertFalse(self.gold().accepted)
        reasons = {record.name: record.disabled_reason for record in self.world.cell.hosts()}
        self.assertEqual((None, "It is dirty."), (reasons[NODES[0]], reasons[NODES[1]]))
        self.side.register_many([report_of(node) for node in NODES[1:]])
        self.assertTrue(self.gold().accepted)

    def test_guests_of_many_are_confirmed_in_one_call(self):
        found = self.side.confirm_many({node: {} for node in NODES})
        self.assertEqual({node: [] for node in NODES}, found)
        stray = str(uuids.uuid4())
        found = self.side.confirm_many({NODES[0]: {stray: [1, 0]}, NODES[1]: {}})
        verdicts = [GuestVerdict.from_document(each) for each in found[NODES[0]]]
        self.assertEqual([(stray, "unknown")], [(one.uuid, one.verdict) for one in verdicts])
        self.assertEqual([], found[NODES[1]])

    def test_who_is_silent_is_no_member(self):
        silence = conf().conductor.group_silence
        self.assertEqual(["a"], self.side.join_group("g", "a", False))
        self.assertEqual(["a", "b"], self.side.join_group("g", "b", False))
        self.assertEqual(["c"], self.side.join_group("other", "c", False))
        self.world.clock.advance(silence / 2 + 1)
        self.assertEqual(["a", "b"], self.side.join_group("g", "b", False))
        self.world.clock.advance(silence / 2)
        self.assertEqual(["b"], self.side.join_group("g", "b", False))
        self.assertEqual([], self.side.join_group("g", "b", True))

    def test_nobody_is_lost_while_the_cell_hears_nobody(self):
        for member in ("a", "b"):
            self.side.join_group("g", member, False)
        self.world.clock.advance(conf().conductor.group_silence * 3)
        self.assertEqual(["a", "b"], self.side.join_group("g", "b", False))
        self.world.clock.advance(1)
        self.assertEqual(["b"], self.side.join_group("g", "b", False))
        self.assertEqual(["a", "b"], self.side.join_group("g", "a", False))


class VolumesTest(WorldCase):
    """Nodes boot from images only."""

    hosts = {"node": {"traits": ["COMPUTE_NODE"]}}

    def test_a_server_of_volumes_is_told_why_there_is_no_host(self):
        volume = {"id": "v", "boot_index": 0}
        refused = self.world.build(image=None, volumes=[volume])
        self.assertFalse(refused.accepted)
        self.assertIn("nodes of bare metal boot from images only", refused.message)
        several = [self.world.spec(image=None, volumes=[volume]) for _ in range(2)]
        for reply in self.world.cell.build(several):
            self.assertIn("boot from images only", reply.message)
        large = self.world.spec().flavor.replace(vcpus=99)
        refused = self.world.build(image=None, volumes=[volume], flavor=large)
        self.assertNotIn("bare metal", refused.message, "it is too large for any")
        self.assertTrue(self.world.build().accepted)
