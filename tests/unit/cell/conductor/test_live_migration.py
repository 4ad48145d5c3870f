# SPDX-License-Identifier: Apache-2.0
"""Live migration: where it goes, how it is steered, and what is left whoever dies or interrupts."""

from __future__ import annotations

from nova_cells.contracts import FaultCode
from nova_cells.journal.events import DEADLINE_MESSAGE
from nova_cells.objects import HostBeat
from nova_cells.runtime import context
from tests.unit.cell.conductor.test_actions import ActionCase
from tests.unit.cell.conductor.travel import POWER
from tests.unit.cell.conductor.world import group


class TravelCase(ActionCase):
    def setUp(self) -> None:
        super().setUp()
        self.home = self.server().host
        for host in self.world.hosts.values():
            host.lasting = True

    def act(self, kind, key=None, epoch=1, **arguments):
        with context.use(context.RequestContext(request_id=f"req-{key or kind}")):
            return super().act(kind, key, epoch, **arguments)

    def set_out(self, **arguments):
        """A guest on its way; answers its destination."""
        self.act("live_migrate", **arguments)
        self.world.deliver()
        self.assertEqual("running", self.migration()["status"])
        return self.migration()["dest_compute"]

    def migration(self):
        [row] = self.world.rows("migrations")
        return row["document"]

    def steer(self, kind, key=None, **arguments):
        return self.act(kind, key, migration=self.migration()["uuid"], **arguments)

    def hurry(self):
        for host in self.world.hosts.values():
            host.lasting = False

    def machines(self):
        return {name: host.machines for name, host in self.world.hosts.items() if host.machines}

    def running(self):
        """The hosts on which it runs."""
        return [
            name
            for name, host in self.world.hosts.items()
            if host.machines.get(self.uuid, "incoming") in POWER
        ]

    def claims(self):
        return {row["host"] for row in self.world.rows("claims")}

    def dies(self, name):
        self.world.hosts[name].alive = False
        self.world.pass_time(61)

    def returns(self, name):
        self.world.hosts[name].alive = True
        self.world.hosts[name].register()
        self.world.settle()

    def assertAtRest(self, host, status, *, state="active"):
        server = self.server()
        self.assertEqual((state, None, host), (server.vm_state, server.task_state, server.host))
        self.assertEqual({host}, self.claims())
        self.assertEqual(status, self.migration()["status"])
        self.assertEqual([], self.world.open_operations())

    def assertClean(self, host, on=True):
        """Nothing anywhere but the guest on its host."""
        self.assertEqual({host: {self.uuid: on}}, self.machines())
        self.assertEqual([], self.world.rows("debts"))


class ThereTest(TravelCase):
    def test_it_goes_while_it_runs(self):
        there = self.set_out()
        server = self.server()
        self.assertEqual(
            ("active", "migrating", self.home), (server.vm_state, server.task_state, server.host)
        )
        self.assertEqual({self.home, there}, self.claims())
        self.assertEqual([self.home], self.running())
        self.hurry()
        self.world.settle()
        self.assertAtRest(there, "completed")
        self.assertClean(there)
        self.assertEqual((there, 1), (self.server().node, self.server().power_state))

    def test_a_paused_one_stays_paused(self):
        self.done("pause")
        there = self.set_out()
        self.hurry()
        self.world.settle()
        self.assertAtRest(there, "completed", state="paused")
        self.assertEqual(3, self.server().power_state)

    def test_its_action_and_events(self):
        there = self.set_out()
        self.hurry()
        self.world.settle()
        action = self.world.cell.action(self.uuid, "req-live_migrate")
        self.assertEqual("live-migration", action.action)
        self.assertEqual(
            [
                ("conductor_live_migrate_instance", "Success"),
                ("compute_pre_live_migration", "Success"),
                ("compute_live_migration", "Success"),
                ("compute_post_live_migration_at_destination", "Success"),
            ],
            [(event.event, event.result) for event in action.events],
        )
        self.assertEqual([there, self.home], [event.host for event in action.events[1:3]])

    def test_to_a_named_host_or_away_from_its_own_only(self):
        others = sorted(set(self.world.hosts) - {self.home})
        for other in others:
            self.assertEqual(
                FaultCode.INVALID, self.refusal("live_migrate", host=self.server().host).code
            )
            self.hurry()
            self.done("live_migrate", f"to-{other}", host=other)
            self.assertEqual(other, self.server().host)
        self.assertClean(others[-1])

    def test_hosts_that_are_not_able_are_passed_over(self):
        for name in self.world.hosts:
            if name != self.home:
                self.world.hosts[name].inventory.traits = []
                self.world.hosts[name].register()
        self.assertEqual(FaultCode.NO_VALID_HOST, self.refusal("live_migrate").code)

    def test_no_room_is_a_refusal_or_once_promised_a_failure(self):
        for name in self.world.hosts:
            self.world.cell.update_host(name, {"enabled": False})
        self.assertEqual(FaultCode.NO_VALID_HOST, self.refusal("live_migrate", "sync").code)
        self.assertEqual([], self.world.rows("migrations"))
        server = self.act("live_migrate", "async", promised=True)
        self.assertEqual(("active", None), (server.vm_state, server.task_state))
        self.assertAtRest(self.home, "error")
        self.assertEqual("Error", self.world.cell.action(self.uuid, "req-async").events[0].result)

    def test_a_forced_host_is_asked_no_filter(self):
        there = next(name for name in self.world.hosts if name != self.home)
        alone = group("affinity")
        uuid = self.world.booted(group=alone)
        home = self.world.cell.show(uuid).host
        there = next(name for name in self.world.hosts if name != home)
        mate = self.world.booted(group=alone)
        self.assertEqual(home, self.world.cell.show(mate).host)
        self.hurry()
        self.uuid = uuid
        refused = self.refusal("live_migrate", "asked", host=there)
        self.assertEqual(FaultCode.NO_VALID_HOST, refused.code)
        self.done("live_migrate", "forced", host=there, forced=True)
        self.assertEqual(there, self.server().host)

    def test_a_destination_that_can_not_is_replaced_unless_it_was_named(self):
        for host in self.world.hosts.values():
            host.script["prepare_live_migration"] = ["refused"]
        self.hurry()
        self.done("live_migrate")
        self.assertEqual("error", self.migration()["status"])
        for name in sorted(set(self.world.hosts) - {self.home})[:1]:
            self.world.hosts[name].script["prepare_live_migration"] = ["refused"]
        self.done("live_migrate", "again")
        self.assertNotEqual(self.home, self.server().host)

    def test_a_named_one_that_can_not_is_a_failure(self):
        there = next(name for name in self.world.hosts if name != self.home)
        self.world.hosts[there].script["prepare_live_migration"] = ["refused"]
        self.done("live_migrate", host=there)
        self.assertAtRest(self.home, "error")
        self.assertEqual("it broke", self.server().fault.message)
        self.assertClean(self.home)

    def test_a_source_that_can_not_leaves_it_where_it_is(self):
        self.world.hosts[self.home].script["live_migrate"] = ["refused"]
        self.hurry()
        self.done("live_migrate")
        self.assertAtRest(self.home, "error")
        self.assertClean(self.home)

    def test_states_that_do_not_allow_it(self):
        self.done("stop")
        self.assertEqual(FaultCode.CONFLICT, self.refusal("live_migrate").code)

    def test_a_guest_that_is_lost_on_its_way_is_an_error(self):
        there = self.set_out()
        self.hurry()
        self.world.hosts[there].script["finish_live_migration"] = ["failed"]
        self.world.pass_time()
        self.world.deliver()
        self.world.hosts[there].machines.clear()
        self.world.settle()
        server = self.server()
        self.assertEqual(("error", there, 0), (server.vm_state, server.host, server.power_state))
        self.assertIn("lost", server.fault.message)


class SteeringTest(TravelCase):
    def test_an_abort_leaves_it_where_it_is(self):
        self.set_out()
        self.assertEqual("migrating", self.steer("abort_live_migration").task_state)
        self.world.settle()
        self.assertAtRest(self.home, "cancelled")
        self.assertClean(self.home)
        self.assertIsNone(self.server().fault)
        action = self.world.cell.action(self.uuid, "req-abort_live_migration")
        self.assertEqual("live_migration_cancel", action.action)

    def test_an_abort_that_is_lost_on_its_way_is_sent_again(self):
        self.set_out()
        self.world.wire.inbox.clear()
        self.steer("abort_live_migration")
        self.world.wire.inbox.clear()
        self.world.reborn()
        self.world.settle()
        self.assertAtRest(self.home, "cancelled")

    def test_an_abort_that_comes_too_late_does_not_turn_the_guest_back(self):
        there = self.set_out()
        self.hurry()
        self.world.pass_time()
        name, work = self.world.wire.inbox.popleft()
        self.world.hosts[name].take(work)
        self.assertEqual([there], self.running())
        self.steer("abort_live_migration")
        self.world.settle()
        self.assertAtRest(there, "completed")
        self.assertClean(there)

    def test_one_in_preparation_is_aborted_only_where_that_was_asked_for(self):
        self.act("live_migrate")
        self.assertEqual(FaultCode.INVALID, self.refused("abort_live_migration", "no").code)
        self.steer("abort_live_migration", early=True)
        self.world.settle()
        self.assertAtRest(self.home, "cancelled")
        self.assertClean(self.home)

    def refused(self, kind, key=None, **arguments):
        return self.refusal(kind, key, migration=self.migration()["uuid"], **arguments)

    def test_what_can_not_be_aborted(self):
        self.assertEqual(FaultCode.CONFLICT, self.refusal("abort_live_migration").code)
        self.set_out()
        other = self.refusal("abort_live_migration", "other", migration=self.uuid)
        self.assertEqual(FaultCode.INVALID, other.code)
        self.steer("abort_live_migration", "once")
        self.assertEqual(FaultCode.INVALID, self.refused("abort_live_migration", "twice").code)

    def test_it_can_be_told_to_hurry(self):
        there = self.set_out()
        self.steer("force_complete_live_migration")
        self.world.settle()
        self.assertAtRest(there, "completed")
        self.assertClean(there)
        action = self.world.cell.action(self.uuid, "req-force_complete_live_migration")
        self.assertEqual("live_migration_force_complete", action.action)

    def test_the_wish_to_hurry_outlives_a_message_and_an_agent(self):
        there = self.set_out()
        self.steer("force_complete_live_migration")
        self.world.wire.inbox.clear()
        self.world.hosts[self.home].generations.clear()
        self.world.settle()
        self.assertAtRest(there, "completed")

    def test_one_in_preparation_can_not_hurry(self):
        self.act("live_migrate")
        self.assertEqual(FaultCode.INVALID, self.refused("force_complete_live_migration").code)

    def test_how_far_it_is_is_told(self):
        self.set_out()
        operation = self.world.open_operations()[0]["id"]
        numbers = {"memory_total": 100, "memory_processed": 40, "memory_remaining": 60}
        host = self.world.hosts[self.home]
        host.progress = {operation: numbers}
        self.world.pass_time(1)
        told = self.migration()
        self.assertEqual(numbers, {name: told[name] for name in numbers})
        self.assertEqual("running", told["status"])
        revision = told["revision"]
        self.world.pass_time(1)
        self.assertEqual(revision, self.migration()["revision"])

    def test_what_hosts_tell_of_others_is_not_believed(self):
        self.set_out()
        operation = self.world.open_operations()[0]["id"]
        stranger = next(h for n, h in self.world.hosts.items() if n != self.home)
        beat = HostBeat(name=stranger.name, identity=stranger.identity, address="agent-x")
        for progress in ({operation: {"status": 7}}, {"no such": {"memory_total": 1}}):
            beat.progress = progress
            self.world.agents_side().beat([beat])
            self.world.conductor.tending.round()
        self.assertEqual("running", self.migration()["status"])


class TroubleTest(TravelCase):
    def test_its_deadline_leaves_it_where_it_is(self):
        self.set_out()
        self.world.clock.advance(8000)
        self.world.settle()
        self.assertAtRest(self.home, "error")
        self.assertClean(self.home)
        self.assertEqual(DEADLINE_MESSAGE, self.server().fault.message)

    def test_a_source_that_dies_before_the_guest_left(self):
        there = self.set_out()
        self.dies(self.home)
        self.world.settle()
        self.assertAtRest(self.home, "error")
        self.assertEqual({}, self.world.hosts[there].machines)
        self.returns(self.home)
        self.assertClean(self.home)

    def test_a_source_that_dies_after_the_guest_left(self):
        there = self.set_out()
        self.hurry()
        source = self.world.hosts[self.home]
        self.world.pass_time()
        source.take(self.world.wire.inbox.popleft()[1])
        source.pending.clear()
        self.dies(self.home)
        self.world.settle()
        self.assertAtRest(there, "completed")
        self.assertEqual([there], self.running())
        self.returns(self.home)
        self.assertClean(there)

    def test_a_destination_that_dies_before_the_guest_left(self):
        there = self.set_out()
        self.world.hosts[there].alive = False
        self.world.hosts[there].machines.clear()
        self.world.pass_time(61)
        self.hurry()
        self.world.settle()
        self.assertAtRest(self.home, "error")
        self.returns(there)
        self.assertClean(self.home)

    def test_a_destination_that_is_away_when_it_is_aborted_cleans_up_later(self):
        there = self.set_out()
        self.dies(there)
        self.steer("abort_live_migration")
        self.world.settle()
        self.assertAtRest(self.home, "cancelled")
        self.assertEqual([self.home], self.running())
        self.returns(there)
        self.assertClean(self.home)

    def test_a_destination_that_dies_after_the_guest_arrived(self):
        there = self.set_out()
        self.hurry()
        source = self.world.hosts[self.home]
        self.world.pass_time()
        source.take(self.world.wire.inbox.popleft()[1])
        self.dies(there)
        self.world.settle()
        self.assertAtRest(there, "completed")
        self.returns(there)
        self.assertClean(there)

    def test_a_source_that_is_away_at_the_end_cleans_up_later(self):
        there = self.set_out()
        self.hurry()
        self.world.hosts[self.home].script["forget_departed"] = ["failed"] * 2
        self.world.pass_time()
        self.world.deliver()
        self.dies(self.home)
        self.world.settle()
        self.assertAtRest(there, "completed")
        self.returns(self.home)
        self.assertClean(there)

    def test_a_delete_interrupts_it_at_any_time(self):
        for late in (False, True):
            self.uuid = self.world.booted()
            self.home = self.server().host
            for host in self.world.hosts.values():
                host.lasting = True
            self.act("live_migrate", f"move-{late}")
            self.world.deliver()
            if late:
                self.hurry()
                self.world.pass_time()
                name, work = self.world.wire.inbox.popleft()
                self.world.hosts[name].take(work)
            self.assertEqual("deleted", self.done("delete", f"delete-{late}").vm_state)
            self.assertEqual([], self.running())
        statuses = {row["status"] for row in self.world.rows("migrations")}
        self.assertLessEqual(statuses, {"error", "cancelled"})
        self.assertEqual(1, len(self.world.rows("claims")))

    def test_a_reset_of_its_state_calls_it_off(self):
        self.set_out()
        server = self.act("reset_state", state="error")
        self.assertEqual(("error", None), (server.vm_state, server.task_state))
        self.world.settle()
        self.assertAtRest(self.home, "cancelled", state="error")
        self.assertClean(self.home)

    def test_a_reset_that_comes_too_late_lets_it_arrive(self):
        there = self.set_out()
        self.hurry()
        self.world.pass_time()
        name, work = self.world.wire.inbox.popleft()
        self.world.hosts[name].take(work)
        self.act("reset_state", state="active")
        self.world.settle()
        self.assertAtRest(there, "completed")
        self.assertClean(there)

    def test_nothing_else_is_done_to_it_meanwhile(self):
        self.set_out()
        for kind in ("stop", "pause", "live_migrate", "soft_delete"):
            self.assertEqual(FaultCode.CONFLICT, self.refusal(kind, f"other-{kind}").code)
