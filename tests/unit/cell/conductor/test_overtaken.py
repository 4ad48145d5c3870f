# SPDX-License-Identifier: Apache-2.0
"""Conductors that sleep past their lease and wake up, brokers that are away, foreign databases."""

from __future__ import annotations

from nova_cells.cell.conductor.conductor import Conductor
from nova_cells.cell.db.singletons import ForeignDatabase
from nova_cells.journal.store import Overtaken
from nova_cells.objects import HostBeat, PolicyBundle
from tests.unit.cell.conductor.world import CELL, SimHost, WorldCase, conf


class PausedConductorTest(WorldCase):
    def test_a_message_sent_late_changes_nothing(self):
        reply = self.world.build()
        _, old = self.world.wire.inbox.popleft()
        self.world.pass_time()
        self.world.settle()
        host = self.world.hosts[self.world.cell.show(reply.uuid).host]
        self.world.cell.act(reply.uuid, 1, "stop", "stop", {})
        self.world.settle()
        ran = list(host.ran)
        self.world.wire.inbox.append((host.name, old))
        self.world.settle()
        self.assertEqual(ran, host.ran)
        self.assertEqual("stopped", self.world.cell.show(reply.uuid).vm_state)

    def test_a_commit_on_an_older_generation_is_void(self):
        self.world.build()
        store = self.world.conductor.store
        [row] = self.world.open_operations()
        stale = self.world.database.read(lambda c: store.get(c, row["id"]))
        self.world.settle()
        stale.result = "failed"
        with self.assertRaises(Overtaken):
            self.world.database.write(lambda c: store.update(c, stale))
        self.assertEqual("done", self.world.rows("operations")[0]["result"])

    def test_results_are_taken_whoever_asked_for_them(self):
        reply = self.world.build()
        name, old = self.world.wire.inbox.popleft()
        self.world.pass_time()
        self.assertEqual(2, self.world.wire.calls["agent.run"])
        self.world.wire.inbox.clear()
        self.world.hosts[name].take(old)
        self.world.hosts[name].hand_in()
        self.assertEqual("active", self.world.cell.show(reply.uuid).vm_state)


class BrokerTest(WorldCase):
    def test_a_message_that_could_not_leave_is_sent_soon(self):
        self.world.wire.broken = True
        reply = self.world.build()
        self.assertTrue(reply.accepted)
        self.world.wire.broken = False
        self.world.pass_time(1.1)
        self.world.deliver()
        self.assertEqual("active", self.world.cell.show(reply.uuid).vm_state)


class IdentityTest(WorldCase):
    def test_another_cells_or_deployments_database_is_refused(self):
        def start(**who):
            values = {"cell_uuid": CELL, "cell_name": "east", **who}
            made = Conductor(conf(), self.world.database, self.world.wire, **values)
            made._take_identity()

        start()
        start()
        for who in ({"deployment": "another"}, {"cell_uuid": "9" * 36}):
            with self.assertRaisesRegex(ForeignDatabase, "belongs to cell"):
                start(**who)


class RetentionTest(WorldCase):
    def test_a_deleted_server_is_forgotten_after_its_time(self):
        uuid = self.world.booted()
        other = self.world.booted()
        self.world.cell.act(uuid, 1, "delete", "key", {})
        self.world.settle()
        self.world.conductor.retention.round()
        self.assertEqual(2, len(self.world.rows("instances")))
        self.world.clock.advance(91 * 86400)
        self.world.conductor.retention.round()
        self.assertEqual([other], [row["uuid"] for row in self.world.rows("instances")])
        self.assertEqual({other}, {row["subject"] for row in self.world.rows("operations")})
        self.assertEqual([], self.world.rows("tombstones"))


class SeveralConductorsTest(WorldCase):
    """A second conductor on the same database learns what the first one did."""

    def setUp(self) -> None:
        super().setUp()
        first = self.world.conductor
        self.second = self.world.reborn()
        self.first = first

    def test_claims_and_words_of_operators(self):
        self.world.build()
        self.world.cell.update_host("h2", {"enabled": False})
        self.first.tending.round()
        with self.first.state.table.lock:
            table = self.first.state.table
            self.assertEqual(3 * 32 - 1, int(table.free("VCPU").sum()))
            self.assertFalse(table.enabled[table.row("h2")])

    def test_a_bundle(self):
        self.world.cell.put_bundle(PolicyBundle(generation=7))
        self.first.tending.round()
        self.assertEqual(7, self.first.state.zones.generation)

    def test_a_host_that_joined_and_one_that_left(self):
        self.world.hosts["h4"] = SimHost(self.world, "h4")
        self.world.hosts["h4"].register()
        beat = HostBeat(name="h4", identity=self.world.hosts["h4"].identity, address="agent-h4")
        self.assertEqual([], self.first._hosts().beat([beat]))
        self.world.cell.delete_host("h4")
        self.world.clock.advance(61)
        self.first.tending.round()
        self.assertNotIn("h4", self.first.state)
        self.assertEqual(-1, self.first.state.table.row("h4"))
