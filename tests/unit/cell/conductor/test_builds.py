# SPDX-License-Identifier: Apache-2.0
"""A build from the wish to ACTIVE, and everything that may come between."""

from __future__ import annotations

from nova_cells.contracts import FaultCode, Refused
from nova_cells.objects import Flavor
from tests.unit.cell.conductor.world import WorldCase, group

HUGE = Flavor(flavorid="9", name="huge", vcpus=1, memory_mb=10**6, root_gb=1)


class BuildTest(WorldCase):
    def test_a_build_ends_active_on_a_host(self):
        reply = self.world.build()
        self.assertTrue(reply.accepted)
        self.assertEqual("building", reply.instance.vm_state)
        self.assertEqual("spawning", reply.instance.task_state)
        self.world.deliver()
        server = self.world.cell.show(reply.uuid)
        self.assertEqual(
            ("active", None, 1), (server.vm_state, server.task_state, server.power_state)
        )
        self.assertIsNone(server.operation)
        self.assertEqual({reply.uuid: True}, self.world.hosts[server.host].machines)
        [claim] = self.world.rows("claims")
        self.assertEqual((server.host, 1, 512, 1), tuple(claim[n] for n in CLAIM))

    def test_a_build_costs_two_commits_and_one_message(self):
        before = self.world.database.commits
        self.world.build()
        self.world.deliver()
        self.assertEqual(2, self.world.database.commits - before)
        self.assertEqual(1, self.world.wire.calls["agent.run"])
        self.world.conductor.publisher.kick()
        self.world.conductor.publisher.publish()
        self.assertEqual(3, self.world.database.commits - before)
        self.assertEqual(1, self.world.wire.calls["changes.changes"])

    def test_the_same_wish_again_is_the_same_server(self):
        spec = self.world.spec()
        first = self.world.build(spec)
        self.world.deliver()
        again = self.world.build(spec)
        self.assertTrue(again.accepted)
        self.assertEqual("active", again.instance.vm_state)
        self.assertEqual(first.uuid, again.uuid)
        self.assertEqual(1, len(self.world.rows("claims")))

    def test_an_older_epoch_is_refused(self):
        spec = self.world.spec(epoch=3)
        self.world.build(spec)
        reply = self.world.build(spec.replace(epoch=2))
        self.assertFalse(reply.accepted)
        self.assertEqual(FaultCode.STALE_EPOCH, reply.fault_code)

    def test_no_room_is_refused_with_the_trail_and_leaves_nothing(self):
        reply = self.world.build(flavor=HUGE)
        self.assertFalse(reply.accepted)
        self.assertEqual(FaultCode.NO_VALID_HOST, reply.fault_code)
        self.assertIn(["ResourceFilter", 0], reply.trail)
        for table in ("instances", "specs", "operations", "claims", "outbox"):
            self.assertEqual([], self.world.rows(table), table)

    def test_a_late_wish_is_refused(self):
        reply = self.world.build(deadline=self.world.clock() - 1)
        self.assertEqual(FaultCode.DEADLINE_PASSED, reply.fault_code)

    def test_a_failing_host_is_undone_and_another_tried(self):
        reply = self.world.build()
        first = self.world.cell.show(reply.uuid).host
        self.world.hosts[first].script["create_machine"] = ["refused"]
        self.world.deliver()
        server = self.world.cell.show(reply.uuid)
        self.assertEqual("active", server.vm_state)
        self.assertNotEqual(first, server.host)
        self.assertEqual({}, self.world.hosts[first].machines)
        self.assertEqual([server.host], [row["host"] for row in self.world.rows("claims")])
        events = self.world.cell.action(reply.uuid, self._request(reply.uuid)).events
        self.assertEqual(["Error", "Success"], [event.result for event in events])

    def test_when_all_hosts_fail_it_is_handed_back_with_the_reason(self):
        for host in self.world.hosts.values():
            host.script["power_on"] = ["refused"]
        spec = self.world.spec()
        self.world.build(spec)
        self.world.settle()
        self.world.conductor.publisher.kick()
        self.world.conductor.publisher.publish()
        [item] = [item for item in self.world.wire.feed if item.key == spec.uuid]
        self.assertEqual("returned", item.disposition)
        self.assertEqual("it broke", item.document["fault"]["message"])
        for table in ("instances", "specs", "claims"):
            self.assertEqual([], self.world.rows(table), table)
        self.assertEqual([{}] * 3, [host.machines for host in self.world.hosts.values()])
        self.assertEqual(FaultCode.TOMBSTONED, self.world.build(spec).fault_code)
        self.assertTrue(self.world.build(spec.replace(epoch=2)).accepted)

    def test_a_failure_in_passing_is_tried_again_on_the_same_host(self):
        reply = self.world.build()
        host = self.world.cell.show(reply.uuid).host
        self.world.hosts[host].script["create_machine"] = ["failed", "failed"]
        self.world.settle()
        server = self.world.cell.show(reply.uuid)
        self.assertEqual(("active", host), (server.vm_state, server.host))

    def test_a_build_past_its_deadline_is_undone_and_handed_back(self):
        spec = self.world.spec()
        self.world.build(spec)
        self.world.wire.inbox.clear()
        self.world.pass_time(601)
        self.world.settle()
        self.assertEqual([], self.world.rows("claims"))
        self.world.conductor.publisher.kick()
        self.world.conductor.publisher.publish()
        [item] = [item for item in self.world.wire.feed if item.key == spec.uuid]
        self.assertIn("deadline", item.document["fault"]["message"])

    def test_the_password_is_forgotten_once_the_guest_has_it(self):
        self.world.booted(admin_password="hunter2")
        [spec] = self.world.rows("specs")
        self.assertIsNone(spec["document"]["admin_password"])

    def _request(self, uuid):
        return self.world.cell.actions(uuid)[0].request_id


class DeadHostTest(WorldCase):
    def test_the_undo_of_a_dead_host_becomes_its_debt(self):
        reply = self.world.build()
        dead = self.world.hosts[self.world.cell.show(reply.uuid).host]
        name, work = self.world.wire.inbox.popleft()
        dead.take(work)
        dead.alive = False
        for _ in range(4):
            self.world.pass_time()
        self.world.deliver()
        server = self.world.cell.show(reply.uuid)
        self.assertEqual("active", server.vm_state)
        self.assertNotEqual(name, server.host)
        self.assertEqual([name], [row["host"] for row in self.world.rows("debts")])
        dead.alive = True
        dead.register()
        self.assertFalse(self._may_be_chosen(name))
        self.world.settle()
        self.assertEqual({}, dead.machines)
        self.assertEqual([], self.world.rows("debts"))
        self.assertTrue(self._may_be_chosen(name))

    def _may_be_chosen(self, name):
        reply = self.world.build(requested_host=name)
        return reply.accepted


class CancelTest(WorldCase):
    def test_an_absent_one_leaves_a_tombstone_for_its_epoch_only(self):
        spec = self.world.spec()
        self.assertEqual("absent", self.world.cell.cancel(spec.uuid, 1, "key").state)
        self.assertEqual(FaultCode.TOMBSTONED, self.world.build(spec).fault_code)
        self.assertTrue(self.world.build(spec.replace(epoch=2)).accepted)

    def test_a_present_one_is_deleted_while_it_builds(self):
        reply = self.world.build()
        late = list(self.world.wire.inbox)
        self.world.wire.inbox.clear()
        answer = self.world.cell.cancel(reply.uuid, 1, "key")
        self.assertEqual(("deleting", "deleting"), (answer.state, answer.instance.task_state))
        self.world.deliver()
        self.world.wire.inbox.extend(late)
        self.world.settle()
        self.assertEqual("deleted", self.world.cell.show(reply.uuid).vm_state)
        self.assertEqual([{}] * 3, [host.machines for host in self.world.hosts.values()])
        self.assertEqual([], self.world.rows("claims"))

    def test_the_wish_it_was_meant_for_is_refused_though_an_older_one_is_here(self):
        spec = self.world.spec()
        self.world.build(spec)
        self.world.cell.cancel(spec.uuid, 2, "key")
        self.world.settle()
        self.assertEqual("deleted", self.world.cell.show(spec.uuid).vm_state)
        reply = self.world.build(spec.replace(epoch=2))
        self.assertEqual(FaultCode.TOMBSTONED, reply.fault_code)

    def test_twice_is_once(self):
        reply = self.world.build()
        states = [self.world.cell.cancel(reply.uuid, 1, f"key-{n}").state for n in range(2)]
        self.world.settle()
        states.append(self.world.cell.cancel(reply.uuid, 1, "key-3").state)
        self.assertEqual(["deleting"] * 3, states)
        self.assertEqual(2, len(self.world.rows("operations")))

    def test_a_newer_epoch_here_is_not_cancelled(self):
        reply = self.world.build(epoch=2)
        with self.assertRaises(Refused) as caught:
            self.world.cell.cancel(reply.uuid, 1, "key")
        self.assertEqual(FaultCode.STALE_EPOCH, caught.exception.code)


class GroupTest(WorldCase):
    def test_anti_affinity_never_shares_a_host(self):
        apart = group("anti-affinity")
        replies = [self.world.build(group=apart) for _ in range(4)]
        self.assertEqual([True, True, True, False], [reply.accepted for reply in replies])
        self.assertEqual(3, len({row["host"] for row in self.world.rows("server_group_members")}))

    def test_a_limit_above_one_is_kept(self):
        apart = group("anti-affinity", max_server_per_host=2)
        replies = [self.world.build(group=apart) for _ in range(7)]
        self.assertEqual(6, sum(reply.accepted for reply in replies))

    def test_affinity_stays_together_and_a_delete_makes_room(self):
        together = group("affinity")
        replies = [self.world.build(group=together) for _ in range(3)]
        self.world.deliver()
        self.assertEqual(1, len({row["host"] for row in self.world.rows("server_group_members")}))
        self.world.cell.act(replies[0].uuid, 1, "delete", "key", {})
        self.world.settle()
        self.assertEqual(2, len(self.world.rows("server_group_members")))


CLAIM = ("host", "vcpus", "memory_mb", "disk_gb")
