# SPDX-License-Identifier: Apache-2.0
"""Hosts join, change, are judged, disabled and deleted; the scheduler knows at once."""

from __future__ import annotations

from nova_cells.contracts import FaultCode, Refused
from nova_cells.objects import HostBeat, PolicyBundle
from tests.unit.cell.conductor.world import CELL, SimHost, WorldCase


class HostCase(WorldCase):
    hosts = {"h1": {}}

    def row(self, name="h1"):
        return next(row for row in self.world.rows("hosts") if row["name"] == name)

    def record(self, name="h1"):
        return next(record for record in self.world.cell.hosts() if record.name == name)


class RegistrationTest(HostCase):
    def test_a_new_host_is_usable_at_once(self):
        self.world.hosts["h2"] = SimHost(self.world, "h2")
        welcome = self.world.hosts["h2"].register()
        self.assertEqual((CELL, 10.0), (welcome.cell, welcome.beat_interval))
        self.assertEqual(self.row("h2")["uuid"], welcome.host_uuid)
        self.assertTrue(self.world.build(requested_host="h2").accepted)

    def test_capacity_is_inventory_less_reserve_times_ratio(self):
        row = self.row()
        capacity = (row["vcpus_cap"], row["memory_mb_cap"], row["disk_gb_cap"])
        self.assertEqual((32, 8192, 100), capacity)

    def test_coming_back_unchanged_keeps_the_shape(self):
        self.world.hosts["h1"].register()
        self.assertEqual(1, self.row()["shape_generation"])
        self.world.hosts["h1"].inventory.uptime = "3 days"
        self.world.hosts["h1"].register()
        self.assertEqual(1, self.row()["shape_generation"])
        self.world.hosts["h1"].inventory.vcpus = 16
        self.world.hosts["h1"].register()
        self.assertEqual((2, 64), (self.row()["shape_generation"], self.row()["vcpus_cap"]))

    def test_another_identity_is_refused(self):
        self.world.hosts["h1"].identity = "44444444-4444-4444-8444-444444444444"
        with self.assertRaises(Refused) as caught:
            self.world.hosts["h1"].register()
        self.assertEqual(FaultCode.HOST_IDENTITY_CHANGED, caught.exception.code)

    def test_a_stranger_that_beats_is_told_to_register(self):
        beats = [
            HostBeat(name="h9", identity=CELL, address="a"),
            HostBeat(name="h1", identity=CELL, address="agent-h1"),
            HostBeat(name="h1", identity=self.row()["identity"], address="agent-h1"),
        ]
        unknown = [self.world.agents_side().beat([beat]) for beat in beats]
        self.assertEqual([["h9"], ["h1"], []], unknown)

    def test_work_lost_with_the_agent_is_sent_again_when_it_is_back(self):
        reply = self.world.build()
        self.world.wire.inbox.clear()
        self.world.hosts["h1"].register()
        self.world.conductor.recovery.round()
        self.world.deliver()
        self.assertEqual("active", self.world.cell.show(reply.uuid).vm_state)

    def test_work_in_hand_is_not_sent_again_but_has_a_deadline(self):
        reply = self.world.build()
        self.world.wire.inbox.clear()
        in_hand = [row["id"] for row in self.world.open_operations()]
        for _ in range(59):
            self.world.clock.advance(10)
            self._beat(in_hand)
        self.assertEqual([], list(self.world.wire.inbox))
        self.world.clock.advance(11)
        self._beat(in_hand)
        [(_, work)] = self.world.wire.inbox
        self.assertTrue(all(step["undo"] for step in work.steps))
        self.world.settle()
        self.assertEqual([], [r for r in self.world.rows("instances") if r["uuid"] == reply.uuid])

    def _beat(self, in_hand):
        host = self.world.hosts["h1"]
        beat = HostBeat(name="h1", identity=host.identity, address="agent-h1", in_hand=in_hand)
        self.world.agents_side().beat([beat])
        self.world.conductor.tending.round()
        self.world.conductor.recovery.round()


class JudgementTest(HostCase):
    def test_silence_means_down_and_a_beat_up(self):
        self.world.hosts["h1"].alive = False
        self.world.pass_time(61)
        self.assertFalse(self.record().up)
        self.assertFalse(self.world.build().accepted)
        self.world.hosts["h1"].alive = True
        self.world.pass_time(1)
        self.assertTrue(self.record().up)
        self.assertTrue(self.world.build().accepted)

    def test_a_conductor_that_slept_judges_nobody_by_what_it_missed(self):
        self.world.pass_time(10)
        reply = self.world.build()
        self.world.clock.advance(300)
        state = self.world.conductor.state
        self.assertFalse(state.down("h1"))
        self.world.conductor.recovery.round()
        self.world.conductor.tending.round()
        self.assertFalse(state.down("h1"))
        self.assertTrue(self.record().up)
        self.world.settle()
        self.assertEqual("active", self.world.cell.show(reply.uuid).vm_state)

    def test_silence_of_the_broker_is_not_the_hosts(self):
        reply = self.world.build()
        self.world.wire.broken = True
        self.world.pass_time(300)
        self.assertTrue(self.record().up)
        self.world.wire.broken = False
        self.world.pass_time(10)
        self.world.settle()
        self.assertTrue(self.record().up)
        self.assertEqual("active", self.world.cell.show(reply.uuid).vm_state)

    def test_beats_that_another_conductor_took_count(self):
        first = self.world.conductor
        self.world.reborn()
        for _ in range(8):
            self.world.pass_time(10)
            first.facts.round()
            first.tending.round()
        self.assertFalse(first.state.down("h1"))

    def test_what_was_down_stays_so_until_it_beats(self):
        self.world.hosts["h1"].alive = False
        self.world.pass_time(70)
        self.world.reborn()
        self.world.pass_time(10)
        self.assertTrue(self.world.conductor.state.down("h1"))
        self.assertFalse(self.record().up)
        self.world.hosts["h1"].alive = True
        self.world.pass_time(1)
        self.assertTrue(self.record().up)

    def test_a_conductor_that_starts_after_a_long_night_waits_for_beats(self):
        self.world.clock.advance(3600)
        self.world.reborn()
        self.world.conductor.tending.round()
        self.assertTrue(self.record().up)
        self.assertTrue(self.world.build().accepted)


class AdminTest(HostCase):
    def test_disabled_hosts_get_nothing_new(self):
        record = self.world.cell.update_host(
            "h1", {"enabled": False, "disabled_reason": "new disks"}
        )
        self.assertEqual((False, "new disks"), (record.enabled, record.disabled_reason))
        self.assertFalse(self.world.build().accepted)
        self.world.cell.update_host("h1", {"enabled": True, "disabled_reason": None})
        self.assertTrue(self.world.build().accepted)

    def test_forced_down_moves_what_waits_for_it(self):
        self.world.hosts["h2"] = SimHost(self.world, "h2")
        reply = self.world.build()
        self.world.hosts["h2"].register()
        self.world.wire.inbox.clear()
        self.world.hosts["h1"].alive = False
        self.world.cell.update_host("h1", {"forced_down": True})
        self.world.conductor.recovery.round()
        self.world.deliver()
        self.assertEqual("h2", self.world.cell.show(reply.uuid).host)

    def test_only_these_can_be_set(self):
        with self.assertRaises(Refused) as caught:
            self.world.cell.update_host("h1", {"vcpus_cap": 10**6})
        self.assertEqual(FaultCode.INVALID, caught.exception.code)
        with self.assertRaises(Refused) as caught:
            self.world.cell.update_host("h9", {"enabled": True})
        self.assertEqual(FaultCode.HOST_NOT_FOUND, caught.exception.code)

    def test_a_host_in_use_is_not_deleted(self):
        uuid = self.world.booted()
        with self.assertRaises(Refused) as caught:
            self.world.cell.delete_host("h1")
        self.assertEqual(FaultCode.HOST_IN_USE, caught.exception.code)
        self.world.cell.act(uuid, 1, "delete", "key", {})
        self.world.settle()
        self.assertTrue(self.world.cell.delete_host("h1").deleted)
        self.assertEqual([], self.world.cell.hosts())
        self.assertFalse(self.world.build().accepted)
        self.world.conductor.publisher.kick()
        self.world.conductor.publisher.publish()
        told = [item for item in self.world.wire.feed if item.kind == "host"]
        self.assertTrue(told[-1].document["deleted"])


class BundleTest(HostCase):
    def test_a_cell_takes_no_more_hosts_than_it_may(self):
        self.world.cell.put_bundle(PolicyBundle(generation=1, host_limits={CELL: 2}))
        self.world.hosts["h2"] = SimHost(self.world, "h2")
        self.world.hosts["h2"].register()
        self.world.hosts["h3"] = SimHost(self.world, "h3")
        with self.assertRaisesRegex(Refused, "2 and may have 2 .*h3 is not registered") as caught:
            self.world.hosts["h3"].register()
        self.assertEqual(FaultCode.CELL_FULL, caught.exception.code)
        self.world.hosts["h1"].register()  # those that are there stay
        self.world.cell.put_bundle(PolicyBundle(generation=2, host_limits={"another": 0}))
        self.world.hosts["h3"].register()

    def test_zones_come_with_the_bundle_and_stay(self):
        self.assertFalse(self.world.build(availability_zone="az1").accepted)
        bundle = PolicyBundle(
            generation=4,
            aggregates=[
                {"id": 1, "name": "a", "metadata": {"availability_zone": "az1"}, "hosts": ["h1"]}
            ],
        )
        self.assertEqual(4, self.world.cell.put_bundle(bundle))
        self.assertTrue(self.world.build(availability_zone="az1").accepted)
        older = PolicyBundle(generation=3)
        self.assertEqual(4, self.world.cell.put_bundle(older))
        self.world.reborn()
        self.assertTrue(self.world.build(availability_zone="az1").accepted)
        facts = self.world.cell.facts()
        self.assertEqual(
            (4, ["az1"]), (facts.bundle_generation, [g["zone"] for g in facts.capacity])
        )
