# SPDX-License-Identifier: Apache-2.0
"""Evacuation: from a host that is down only, and what that host has to do when it is back."""

from __future__ import annotations

from nova_cells.contracts import FaultCode, Refused
from tests.unit.cell.conductor.test_live_migration import TravelCase


class EvacuationCase(TravelCase):
    def down(self, name=None):
        """The host does not answer any more; its guests are still there."""
        name = name or self.home
        self.world.hosts[name].alive = False
        self.world.cell.update_host(name, {"forced_down": True})

    def up(self, name=None):
        self.world.cell.update_host(name or self.home, {"forced_down": False})

    def evacuated(self, key="evacuate", **arguments):
        self.done("evacuate", key, **arguments)
        return self.server()


class EvacuateTest(EvacuationCase):
    def test_it_is_made_again_elsewhere(self):
        self.down()
        server = self.act("evacuate", secrets={"admin_password": "new"})
        self.assertEqual(
            ("active", "rebuilding", self.home), (server.vm_state, server.task_state, server.host)
        )
        self.assertEqual("pre-migrating", self.migration()["status"])
        self.world.settle()
        server = self.server()
        self.assertNotEqual(self.home, server.host)
        self.assertAtRest(server.host, "done")
        self.assertEqual(1, server.power_state)
        self.assertEqual("new", self.host().made_from[self.uuid].admin_password)
        kept = self.migration()
        self.assertEqual(
            ("evacuation", self.home, server.host),
            (kept["migration_type"], kept["source_compute"], kept["dest_compute"]),
        )

    def test_its_action_and_events(self):
        self.down()
        there = self.evacuated().host
        action = self.world.cell.action(self.uuid, "req-evacuate")
        self.assertEqual("evacuate", action.action)
        events = [(event.event, event.result, event.host) for event in action.events]
        self.assertEqual(
            [("rebuild_server", "Success"), ("compute_rebuild_instance", "Success")],
            [event[:2] for event in events],
        )
        self.assertEqual(there, events[1][2])

    def test_a_host_that_owes_says_why_it_takes_no_work(self):
        def reason():
            found = {record.name: record for record in self.world.cell.hosts()}
            return found[self.home].disabled_reason

        self.assertIsNone(reason())
        self.down()
        self.evacuated()
        self.assertIn("1 leftover", reason())
        self.world.cell.update_host(self.home, {"disabled_reason": "burnt"})
        self.assertEqual("burnt", reason())
        self.world.cell.update_host(self.home, {"disabled_reason": None})
        self.returns(self.home)
        self.assertIsNone(reason())

    def test_the_old_host_removes_it_before_it_does_anything_else(self):
        self.down()
        there = self.evacuated().host
        self.assertEqual([self.home, there], sorted(self.running(), key=lambda h: h == there))
        with self.assertRaises(Refused) as caught:
            self.up()
        self.assertEqual(FaultCode.INVALID, caught.exception.code)
        self.returns(self.home)
        self.assertClean(there)
        self.assertEqual("completed", self.migration()["status"])
        self.up()
        self.world.pass_time(1)
        self.hurry()
        self.done("live_migrate", host=self.home)
        self.assertEqual(self.home, self.server().host)

    def test_a_host_that_is_only_silent_has_to_be_declared_dead_first(self):
        self.dies(self.home)
        refusal = self.refusal("evacuate")
        self.assertEqual(FaultCode.INVALID, refusal.code)
        self.assertIn("forced_down", refusal.message)
        self.down()
        there = self.evacuated().host
        self.assertAtRest(there, "done")
        self.returns(self.home)
        self.assertClean(there)
        self.assertEqual("completed", self.migration()["status"])

    def test_a_host_that_works_is_not_left(self):
        refusal = self.refusal("evacuate")
        self.assertEqual(FaultCode.INVALID, refusal.code)
        self.assertIn("still in use", refusal.message)

    def test_it_lands_as_it_was_or_stopped(self):
        for vm_state, arguments, lands in (
            ("active", {}, ("active", True, 1)),
            ("active", {"stopped": True}, ("stopped", False, 4)),
            ("stopped", {}, ("stopped", False, 4)),
            ("error", {}, ("active", True, 1)),
        ):
            self.uuid = self.world.booted()
            self.home = self.server().host
            if vm_state == "stopped":
                self.done("stop", f"stop-{self.uuid}")
            elif vm_state == "error":
                self.done("reset_state", f"reset-{self.uuid}", state="error")
            self.down()
            server = self.evacuated(f"evacuate-{self.uuid}", **arguments)
            on = self.host().machines[self.uuid]
            self.assertEqual(lands, (server.vm_state, on, server.power_state))
            self.returns(self.home)
            self.up()

    def test_states_that_do_not_allow_it(self):
        self.done("pause")
        self.down()
        self.assertEqual(FaultCode.CONFLICT, self.refusal("evacuate").code)

    def test_to_a_named_host(self):
        there = sorted(set(self.world.hosts) - {self.home})[-1]
        self.down()
        self.assertEqual(FaultCode.INVALID, self.refusal("evacuate", host=self.home).code)
        self.assertEqual(there, self.evacuated(host=there).host)

    def test_no_room_fails_what_was_promised_and_it_may_be_asked_again(self):
        for name in self.world.hosts:
            self.world.cell.update_host(name, {"enabled": False})
        self.down()
        self.evacuated(promised=True)
        self.assertAtRest(self.home, "failed")
        self.assertIn("No valid host", self.server().fault.message)
        self.world.cell.update_host("h1", {"enabled": True})
        self.world.cell.update_host("h2", {"enabled": True})
        server = self.evacuated("again")
        self.assertNotEqual(self.home, server.host)
        self.assertIsNone(server.fault)

    def test_a_destination_that_fails_is_replaced_unless_it_was_named(self):
        others = sorted(set(self.world.hosts) - {self.home})
        self.down()
        for name in others:
            self.world.hosts[name].script["create_machine"] = ["refused"]
        self.evacuated("named", host=others[0])
        self.assertAtRest(self.home, "failed")
        self.world.hosts[others[0]].script["create_machine"] = ["refused"]
        self.evacuated("any")
        statuses = sorted(row["status"] for row in self.world.rows("migrations"))
        self.assertEqual(["failed", "failed"], statuses)
        self.evacuated("at last")
        self.assertIn(self.server().host, others)

    def test_a_destination_that_dies_is_replaced(self):
        self.down()
        self.act("evacuate")
        first = self.migration()["dest_compute"]
        self.world.wire.inbox.clear()
        self.dies(first)
        self.world.settle()
        self.assertNotIn(self.server().host, (self.home, first))
        self.returns(first)
        self.returns(self.home)
        self.assertClean(self.server().host)

    def test_a_delete_interrupts_it(self):
        self.down()
        self.act("evacuate")
        self.assertEqual("deleted", self.done("delete").vm_state)
        self.returns(self.home)
        self.assertEqual({}, self.machines())
        self.assertEqual(set(), self.claims())

    def test_a_delete_after_it_does_not_wait_for_the_old_host(self):
        self.down()
        self.evacuated()
        self.assertEqual("deleted", self.done("delete").vm_state)
        self.returns(self.home)
        self.assertEqual({}, self.machines())
        self.assertEqual("completed", self.migration()["status"])

    def test_it_is_the_way_out_of_a_live_migration_whose_source_died(self):
        self.set_out()
        self.dies(self.home)
        self.world.settle()
        self.down()
        there = self.evacuated().host
        self.assertIn(there, self.running())
        self.returns(self.home)
        self.assertClean(there)
        self.assertEqual("active", self.server().vm_state)

    def test_all_servers_of_a_host_one_by_one(self):
        for host in self.world.hosts:
            self.world.cell.update_host(host, {"enabled": host == self.home})
        uuids = [self.uuid, *(self.world.booted() for _ in range(4))]
        for host in self.world.hosts:
            self.world.cell.update_host(host, {"enabled": True})
        self.down()
        for uuid in uuids:
            self.uuid = uuid
            self.act("evacuate", f"evacuate-{uuid}")
        self.world.settle()
        for uuid in uuids:
            server = self.world.cell.show(uuid)
            self.assertEqual(("active", None), (server.vm_state, server.task_state))
            self.assertNotEqual(self.home, server.host)
        self.returns(self.home)
        self.assertEqual({}, self.world.hosts[self.home].machines)
        statuses = {row["status"] for row in self.world.rows("migrations")}
        self.assertEqual({"completed"}, statuses)
        self.up()
