# SPDX-License-Identifier: Apache-2.0
"""Resize and cold migration: where they go, what they hold, how they end and what is left."""

from __future__ import annotations

from typing import Any

from nova_cells.contracts import FaultCode
from nova_cells.objects import Flavor
from nova_cells.runtime import context
from tests.unit.cell.conductor.test_actions import ActionCase
from tests.unit.cell.conductor.world import conf, group

LARGE = Flavor(flavorid="2", name="m1.large", vcpus=2, memory_mb=1024, root_gb=5)
SMALL = Flavor(flavorid="1", name="m1.tiny", vcpus=1, memory_mb=512, root_gb=1)


class MoveCase(ActionCase):
    def setUp(self) -> None:
        super().setUp()
        self.home = self.server().host

    def act(self, kind, key=None, epoch=1, **arguments):
        with context.use(context.RequestContext(request_id=f"req-{key or kind}")):
            return super().act(kind, key, epoch, **arguments)

    def resize(self, key="resize", flavor=LARGE, **arguments):
        return self.act("resize", key, flavor=flavor.document(), **arguments)

    def resized(self, **arguments):
        self.resize(**arguments)
        self.world.settle()
        return self.server()

    def done(self, kind, key=None, **arguments):
        self.act(kind, key, **arguments)
        self.world.settle()
        return self.server()

    def migrations(self):
        rows = self.world.rows("migrations")
        return [row["document"] for row in sorted(rows, key=lambda row: row["created_at"])]

    def claims(self):
        return {
            row["host"]: (row["vcpus"], row["memory_mb"], row["disk_gb"])
            for row in self.world.rows("claims")
        }

    def used(self):
        rows = self.world.rows("hosts")
        names = ("vcpus_used", "memory_mb_used", "disk_gb_used")
        return {r["name"]: tuple(r[n] for n in names) for r in rows if r["running"]}

    def machines(self):
        return {name: host.machines for name, host in self.world.hosts.items() if host.machines}

    def events(self, key):
        """Of the action asked for under that key."""
        events = self.world.cell.action(self.uuid, f"req-{key}").events
        return [(event.event, event.result) for event in events]

    def assertAtRest(self, host, size, *, on=True):
        """One host, one machine, one claim, nothing more."""
        server = self.server()
        self.assertEqual(
            ("active" if on else "stopped", None), (server.vm_state, server.task_state)
        )
        self.assertEqual((host, host), (server.host, server.node))
        self.assertEqual(size, server.flavor)
        self.assertIsNone(server.other_flavor)
        self.assertEqual({host: {self.uuid: on}}, self.machines())
        held = {host: (size.vcpus, size.memory_mb, size.root_gb)}
        self.assertEqual(held, self.claims())
        self.assertEqual(held, self.used())
        self.assertEqual([], self.world.open_operations())
        self.assertEqual([], self.world.rows("debts"))


class ResizeTest(MoveCase):
    def test_it_goes_to_another_host_and_waits_there(self):
        self.assertEqual("resize_prep", self.resize().task_state)
        self.world.settle()
        server = self.server()
        self.assertEqual(
            ("resized", None, 1), (server.vm_state, server.task_state, server.power_state)
        )
        self.assertNotEqual(self.home, server.host)
        self.assertEqual((LARGE, SMALL), (server.flavor, server.other_flavor))
        both = {self.home: (1, 512, 1), server.host: (2, 1024, 5)}
        self.assertEqual(both, self.claims())
        self.assertEqual(both, self.used())
        machines = {self.home: {self.uuid: False}, server.host: {self.uuid: True}}
        self.assertEqual(machines, self.machines())
        self.assertEqual(1024, self.world.hosts[server.host].made_from[self.uuid].memory_mb)
        [migration] = self.migrations()
        self.assertEqual(("resize", "finished"), (migration["migration_type"], migration["status"]))
        ends = (migration["source_compute"], migration["dest_compute"], migration["dest_host"])
        self.assertEqual((self.home, server.host, "127.0.0.1"), ends)

    def test_its_events_are_those_of_the_api(self):
        self.resized()
        names = ("cold_migrate", "compute_prep_resize")
        names += ("compute_resize_instance", "compute_finish_resize")
        self.assertEqual([(name, "Success") for name in names], self.events("resize"))
        self.done("confirm_resize")
        confirmed = [("compute_confirm_resize", "Success")]
        self.assertEqual(confirmed, self.events("confirm_resize"))

    def test_a_confirm_lets_the_old_go(self):
        host = self.resized().host
        self.act("confirm_resize")
        self.world.settle()
        self.assertAtRest(host, LARGE)
        self.assertEqual("confirmed", self.migrations()[0]["status"])
        self.assertEqual(FaultCode.CONFLICT, self.refusal("confirm_resize", "again").code)

    def test_a_revert_brings_the_old_back(self):
        self.resized()
        self.assertEqual("resize_reverting", self.act("revert_resize").task_state)
        self.world.settle()
        self.assertAtRest(self.home, SMALL)
        self.assertEqual("reverted", self.migrations()[0]["status"])
        names = ("compute_revert_resize", "compute_finish_revert_resize")
        self.assertEqual([(name, "Success") for name in names], self.events("revert_resize"))

    def test_one_that_was_stopped_stays_stopped(self):
        for kind, key, size in (("revert_resize", "1", SMALL), ("confirm_resize", "2", LARGE)):
            if key == "1":
                self.done("stop")
            server = self.resized(key=f"resize-{key}")
            self.assertEqual(("resized", 4), (server.vm_state, server.power_state))
            self.done(kind)
            self.assertAtRest(self.server().host, size, on=False)

    def test_and_there_and_back_again(self):
        for number in range(3):
            self.resized(key=f"resize-{number}")
            self.done("revert_resize", f"revert-{number}")
            self.assertAtRest(self.home, SMALL)
        host = self.resized(key="last").host
        self.done("confirm_resize")
        self.resized(key="smaller", flavor=SMALL, host=None)
        self.done("confirm_resize", "confirm-2")
        self.assertAtRest(self.server().host, SMALL)
        self.assertNotEqual(host, self.server().host)

    def test_only_servers_that_run_or_are_off_are_resized(self):
        self.done("pause")
        self.assertEqual(FaultCode.CONFLICT, self.refusal("resize", flavor=LARGE.document()).code)
        for kind in ("confirm_resize", "revert_resize"):
            self.assertEqual(FaultCode.CONFLICT, self.refusal(kind).code)

    def test_a_size_too_small_for_the_image_is_refused_at_once(self):
        spec = self.world.spec()
        self.uuid = self.world.booted(image=spec.image.replace(min_ram=512))
        refusal = self.refusal("resize", flavor=LARGE.replace(memory_mb=256).document())
        self.assertEqual(FaultCode.INVALID, refusal.code)
        self.assertEqual([], self.migrations())


class NoRoomTest(MoveCase):
    hosts = {"h1": {}, "h2": {"vcpus": 1}, "h3": {"vcpus": 1}}
    huge = LARGE.replace(vcpus=64)

    def test_it_is_accepted_and_fails_and_nothing_has_changed(self):
        server = self.resize(flavor=self.huge)
        self.assertEqual(("active", None), (server.vm_state, server.task_state))
        self.assertIn("No valid host", server.fault.message)
        self.assertAtRest(self.home, SMALL)
        [migration] = self.migrations()
        self.assertEqual("error", migration["status"])
        self.assertEqual([("cold_migrate", "Error")], self.events("resize"))
        self.assertEqual("Error", self.world.cell.actions(self.uuid)[0].message)

    def test_a_named_host_without_room_too(self):
        self.act("migrate", host="h9")
        self.world.settle()
        self.assertAtRest(self.home, SMALL)
        self.assertEqual(("migration", "error"), self.kind_and_status())

    def kind_and_status(self):
        [migration] = self.migrations()
        return migration["migration_type"], migration["status"]


class AbilityTest(MoveCase):
    hosts = {"h1": {"traits": []}}

    def test_a_host_that_can_not_is_refused_before_anything_begins(self):
        for kind in ("resize", "migrate"):
            refusal = self.refusal(kind, flavor=LARGE.document())
            self.assertEqual(FaultCode.NOT_SUPPORTED, refusal.code)
        self.assertEqual([], self.migrations())
        self.assertAtRest("h1", SMALL)


class UnableNeighbourTest(ActionCase):
    hosts = {"h1": {}, "h2": {"traits": []}}

    def test_nothing_is_moved_to_a_host_that_can_not_receive_it(self):
        self.uuid = self.world.booted(forced_host="h1")
        server = self.done("migrate")
        self.assertEqual(("active", "h1"), (server.vm_state, server.host))
        self.assertIn("No valid host", server.fault.message)


class MigrateTest(MoveCase):
    def test_it_goes_where_it_is_told(self):
        there = max(set(self.world.hosts) - {self.home})
        self.act("migrate", host=there)
        self.world.settle()
        server = self.server()
        self.assertEqual(("resized", there), (server.vm_state, server.host))
        self.assertEqual((SMALL, None), (server.flavor, server.other_flavor))
        self.done("confirm_resize")
        self.assertAtRest(there, SMALL)
        self.assertEqual("migration", self.migrations()[0]["migration_type"])

    def test_it_never_stays(self):
        for name in set(self.world.hosts) - {self.home}:
            self.world.cell.update_host(name, {"enabled": False})
        self.done("migrate")
        self.assertAtRest(self.home, SMALL)
        self.assertEqual("error", self.migrations()[0]["status"])

    def test_it_is_reverted(self):
        self.done("migrate")
        self.done("revert_resize")
        self.assertAtRest(self.home, SMALL)


class InPlaceTest(MoveCase):
    hosts = {"h1": {}}

    def test_it_holds_the_larger_of_both_and_two_disks(self):
        server = self.resized()
        self.assertEqual(("resized", "h1", LARGE), (server.vm_state, server.host, server.flavor))
        self.assertEqual({"h1": (2, 1024, 6)}, self.claims())
        self.assertEqual({"h1": (2, 1024, 6)}, self.used())
        self.done("confirm_resize")
        self.assertAtRest("h1", LARGE)
        smaller = self.resized(key="smaller", flavor=SMALL)
        self.assertEqual(SMALL, smaller.flavor)
        self.assertEqual({"h1": (2, 1024, 6)}, self.claims())
        self.done("confirm_resize", "confirm-2")
        self.assertAtRest("h1", SMALL)

    def test_it_is_reverted(self):
        for number in range(2):
            self.resized(key=f"resize-{number}")
            self.done("revert_resize", f"revert-{number}")
            self.assertAtRest("h1", SMALL)

    def test_only_what_it_lacks_must_be_free(self):
        self.world.booted(flavor=SMALL.replace(vcpus=30, memory_mb=7168))
        self.assertEqual("resized", self.resized(flavor=LARGE).vm_state)
        self.done("revert_resize")
        self.resized(key="too-large", flavor=LARGE.replace(memory_mb=1025))
        self.assertEqual("active", self.server().vm_state)
        self.assertEqual((1, 512, 1), self.held())

    def held(self):
        [row] = [row for row in self.world.rows("claims") if row["uuid"] == self.uuid]
        return row["vcpus"], row["memory_mb"], row["disk_gb"]

    def test_a_failure_takes_it_back(self):
        for step in ("power_off", "resize_machine", "power_as_asked"):
            self.host().script = {step: ["refused"]}
            self.resized(key=f"resize-{step}")
            self.assertAtRest("h1", SMALL)
            self.assertEqual("error", self.migrations()[-1]["status"])

    def test_a_reset_keeps_the_new_size_or_gives_the_old_back(self):
        self.resized()
        self.done("reset_state", state="active")
        self.assertAtRest("h1", LARGE)
        self.resize("hangs", flavor=SMALL)
        self.world.wire.inbox.clear()
        self.done("reset_state", "reset-2", state="active")
        self.assertAtRest("h1", LARGE)
        self.assertEqual(["confirmed", "error"], [m["status"] for m in self.migrations()])

    def test_it_must_go_where_staying_is_not_allowed(self):
        conf().set_override("allow_resize_to_same_host", False, "conductor")
        self.addCleanup(conf().clear_override, "allow_resize_to_same_host", "conductor")
        self.world.reborn()
        self.resized()
        self.assertAtRest("h1", SMALL)


class FailureTest(MoveCase):
    def test_a_failure_at_any_step_takes_it_back(self):
        there = min(set(self.world.hosts) - {self.home})
        at = {self.home: ("power_off", "send_machine")}
        at[there] = ("receive_machine", "take_over_machine", "power_as_asked")
        for host, steps in at.items():
            for step in steps:
                self.world.hosts[host].script = {step: ["refused"]}
                self.done("migrate", f"key-{step}", host=there)
                self.assertAtRest(self.home, SMALL)
                self.assertEqual("error", self.migrations()[-1]["status"])
                self.assertEqual("it broke", self.server().fault.message)

    def test_a_destination_that_can_not_receive_is_passed_over(self):
        first, second = sorted(set(self.world.hosts) - {self.home})
        self.world.hosts[first].script = {"receive_machine": ["refused"]}
        self.world.cell.update_host(second, {"enabled": False})
        self.act("migrate")
        self.world.cell.update_host(second, {"enabled": True})
        self.world.settle()
        self.assertEqual(second, self.server().host)
        self.done("confirm_resize")
        self.assertAtRest(second, SMALL)

    def test_a_destination_that_goes_down_owes_what_is_there(self):
        there = self.started().destination
        self.world.hosts[there].alive = False
        self.world.settle()
        server = self.server()
        self.assertEqual(("active", self.home), (server.vm_state, server.host))
        self.world.hosts[there].alive = True
        self.world.hosts[there].register()
        self.world.settle()
        self.assertAtRest(self.home, SMALL)

    def started(self):
        """One on its way: its guest is on both hosts, and off."""
        self.act("migrate", host=max(set(self.world.hosts) - {self.home}))
        while self.server().task_state != "resize_finish":
            name, work = self.world.wire.inbox.popleft()
            self.world.hosts[name].take(work)
            self.world.hosts[name].hand_in()
        self.destination = self.world.wire.inbox[0][0]
        self.world.wire.inbox.clear()
        return self

    def test_a_delete_in_the_middle_leaves_nothing(self):
        self.started()
        self.done("delete")
        self.assertEqual(({}, {}, {}), (self.machines(), self.claims(), self.used()))
        self.assertEqual("error", self.migrations()[0]["status"])

    def test_a_delete_of_one_that_waits_leaves_nothing(self):
        self.resized()
        self.done("delete")
        self.assertEqual(({}, {}, {}), (self.machines(), self.claims(), self.used()))
        self.assertEqual("confirmed", self.migrations()[0]["status"])

    def test_a_reset_in_the_middle_stays_where_it_was(self):
        self.started()
        self.done("reset_state", state="active")
        self.assertEqual({self.home: {self.uuid: False}}, self.machines())
        self.assertEqual({self.home: (1, 512, 1)}, self.claims())
        self.assertEqual("error", self.migrations()[0]["status"])

    def test_a_reset_of_one_that_waits_stays_where_it_is(self):
        host = self.resized().host
        self.done("reset_state", state="active")
        self.assertAtRest(host, LARGE)

    def test_it_comes_back_from_a_host_that_is_lost(self):
        there = self.resized().host
        self.world.hosts[there].alive = False
        self.world.pass_time(70)
        self.done("revert_resize")
        self.assertEqual(("active", self.home), (self.server().vm_state, self.server().host))
        self.world.hosts[there].alive = True
        self.world.hosts[there].register()
        self.world.settle()
        self.assertAtRest(self.home, SMALL)

    def test_it_does_not_go_back_to_a_host_that_is_down(self):
        self.resized()
        self.world.hosts[self.home].alive = False
        self.world.pass_time(70)
        self.assertEqual(FaultCode.HOST_DOWN, self.refusal("revert_resize").code)
        self.done("confirm_resize")
        self.assertEqual("active", self.server().vm_state)
        self.world.hosts[self.home].alive = True
        self.world.hosts[self.home].register()
        self.world.settle()
        self.assertAtRest(self.server().host, LARGE)

    def test_a_revert_or_confirm_that_fails_may_be_asked_again(self):
        there = self.resized().host
        self.world.hosts[self.home].script = {"power_as_asked": ["refused"]}
        server = self.done("revert_resize")
        self.assertEqual(("resized", there), (server.vm_state, server.host))
        self.world.hosts[self.home].script = {"destroy_machine": ["refused"]}
        self.assertEqual("resized", self.done("confirm_resize").vm_state)
        self.assertEqual("finished", self.migrations()[0]["status"])
        self.done("confirm_resize", "again")
        self.assertAtRest(there, LARGE)


class SoftDeleteTest(MoveCase):
    def setUp(self) -> None:
        conf().set_override("reclaim_instance_interval", 600, "conductor")
        self.addCleanup(conf().clear_override, "reclaim_instance_interval", "conductor")
        super().setUp()

    def test_one_that_waits_is_kept_where_it_is_and_restored(self):
        host = self.resized().host
        self.assertEqual("soft-delete", self.done("delete").vm_state)
        self.assertEqual({host: {self.uuid: False}}, self.machines())
        self.assertEqual({host: (2, 1024, 5)}, self.claims())
        self.assertEqual("confirmed", self.migrations()[0]["status"])
        self.done("restore")
        self.assertAtRest(host, LARGE)

    def test_one_that_moves_is_kept_where_it_was(self):
        self.resize()
        self.world.wire.inbox.clear()
        self.done("delete")
        self.assertEqual({self.home: {self.uuid: False}}, self.machines())
        self.assertEqual({self.home: (1, 512, 1)}, self.claims())
        self.done("restore")
        self.assertAtRest(self.home, SMALL)


class WindowTest(MoveCase):
    def setUp(self) -> None:
        conf().set_override("resize_confirm_window", 600, "conductor")
        self.addCleanup(conf().clear_override, "resize_confirm_window", "conductor")
        super().setUp()

    def test_it_is_confirmed_after_a_while(self):
        host = self.resized().host
        self.world.conductor.confirm.round()
        self.world.settle()
        self.assertEqual("resized", self.server().vm_state)
        self.world.clock.advance(601)
        for _ in range(2):
            self.world.conductor.confirm.round()
            self.world.settle()
        self.assertAtRest(host, LARGE)


class GroupTest(ActionCase):
    hosts = {"h1": {}, "h2": {}, "h3": {}}

    def member(self, rule: Any):
        return self.world.booted(group=rule)

    def members(self, uuid):
        rows = self.world.rows("server_group_members")
        return {row["host"] for row in rows if row["uuid"] == uuid}

    def test_a_member_counts_on_both_hosts_until_it_is_confirmed(self):
        rule = group("anti-affinity")
        one, two = self.member(rule), self.member(rule)
        self.uuid = one
        self.done("migrate")
        self.assertEqual(2, len(self.members(one)))
        self.assertFalse(self.members(one) & self.members(two))
        self.assertFalse(self.world.build(group=rule).accepted)
        self.done("confirm_resize")
        self.assertEqual({self.server().host}, self.members(one))
        self.assertTrue(self.world.build(group=rule).accepted)

    def test_no_member_of_an_affinity_group_leaves_the_others(self):
        rule = group("affinity")
        self.uuid = self.member(rule)
        self.done("migrate")
        self.done("confirm_resize")
        here = self.server().host
        self.assertEqual("active", self.server().vm_state)
        self.member(rule)
        self.done("migrate", "again")
        self.assertEqual(("active", here), (self.server().vm_state, self.server().host))
        self.assertIn("No valid host", self.server().fault.message)
