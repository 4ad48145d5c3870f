# SPDX-License-Identifier: Apache-2.0
"""Ports of servers that move: bound where their server is, nowhere else, and awaited there."""

from __future__ import annotations

import dataclasses
import uuid as uuids

from tests.unit.cell.conductor.ports_case import PortsCase


class MovingCase(PortsCase):
    def moved(self, uuid, kind, **arguments):
        """The service has told that its ports are plugged in, where they are now."""
        self.act(uuid, kind, **arguments)
        self.plug(uuid)
        self.world.settle()

    def migration(self):
        return self.world.rows("migrations")[-1]["uuid"]

    def state(self, uuid):
        server = self.show(uuid)
        return server.vm_state, server.host

    def clear(self):
        for host in self.world.hosts.values():
            host.script.clear()

    def kill_home(self, uuid):
        home = self.show(uuid).host
        self.world.hosts[home].alive = False
        self.world.cell.update_host(home, {"forced_down": True})
        return home

    def policy(self, **changes):
        journal = self.world.conductor.journal
        policy = dataclasses.replace(journal.world.ports, **changes)
        journal.world = dataclasses.replace(journal.world, ports=policy)


class MoveTest(MovingCase):
    def test_a_resized_server_has_its_port_where_it_is_and_back_when_reverted(self):
        for last in ("confirm_resize", "revert_resize"):
            with self.subTest(last):
                uuid = self.booted()
                home, port = self.show(uuid).host, self.show(uuid).nics[0]["id"]
                self.moved(uuid, "migrate")
                there = self.show(uuid).host
                self.assertNotEqual(home, there)
                self.assertEqual({there}, self.bound(uuid))
                self.moved(uuid, last)
                server = self.show(uuid)
                self.assertEqual(home if last == "revert_resize" else there, server.host)
                self.assertEqual({server.host}, self.bound(uuid))
                self.assertEqual([port], [nic["id"] for nic in server.nics])
                self.settled(uuid, "delete")
        self.assertEqual({}, self.twin.ports.known)

    def test_a_move_that_fails_leaves_the_port_at_home(self):
        for step in ("take_over_machine", "send_machine"):
            with self.subTest(step):
                uuid = self.booted()
                home = self.show(uuid).host
                for host in self.world.hosts.values():
                    host.script[step] = ["refused"]
                self.settled(uuid, "migrate")
                self.assertEqual(("active", home), self.state(uuid))
                self.assertEqual({home}, self.bound(uuid))
                self.clear()

    def test_an_evacuated_server_takes_its_port_along(self):
        uuid = self.booted()
        dead = self.kill_home(uuid)
        self.moved(uuid, "evacuate")
        self.assertNotEqual(dead, self.show(uuid).host)
        self.assertEqual({self.show(uuid).host}, self.bound(uuid))

    def test_a_failed_evacuation_leaves_it_bound_to_the_dead_host(self):
        uuid = self.booted()
        dead = self.kill_home(uuid)
        for host in self.world.hosts.values():
            host.script["create_machine"] = ["refused"]
        self.settled(uuid, "evacuate")
        self.assertEqual({dead}, self.bound(uuid))

    def test_a_running_server_is_bound_on_both_hosts_while_it_travels(self):
        uuid = self.booted()
        home = self.show(uuid).host
        self.world.hosts[home].lasting = True
        self.act(uuid, "live_migrate")
        [both] = self.bindings(uuid)
        self.assertEqual(2, len(both))
        self.assertEqual({home}, self.bound(uuid))
        self.settled(uuid, "force_complete_live_migration", migration=self.migration())
        server = self.show(uuid)
        self.assertNotEqual(home, server.host)
        self.assertEqual([[server.host]], self.bindings(uuid))
        self.assertEqual({server.host}, self.bound(uuid))

    def test_one_that_stays_after_all_is_bound_at_home_alone(self):
        uuid = self.booted()
        home = self.show(uuid).host
        self.world.hosts[home].lasting = True
        self.act(uuid, "live_migrate")
        self.settled(uuid, "abort_live_migration", migration=self.migration())
        self.assertEqual([[home]], self.bindings(uuid))

    def test_a_shelved_server_keeps_its_port_and_has_it_on_its_next_host(self):
        uuid = self.booted()
        shown = self.show(uuid).addresses
        self.settled(uuid, "shelve")
        self.assertEqual({""}, self.bound(uuid))
        self.assertEqual(shown, self.show(uuid).addresses)
        self.act(uuid, "unshelve")
        self.assertEqual("shelved_offloaded", self.show(uuid).vm_state, "its port is awaited")
        self.plug(uuid)
        self.world.settle()
        self.assertEqual({self.show(uuid).host}, self.bound(uuid))
        self.assertEqual(shown, self.show(uuid).addresses)

    def test_one_that_can_not_be_unshelved_is_bound_nowhere(self):
        uuid = self.booted()
        self.settled(uuid, "shelve")
        for host in self.world.hosts.values():
            host.script["create_machine"] = ["refused"]
        self.settled(uuid, "unshelve")
        self.assertEqual({""}, self.bound(uuid))
        self.assertEqual("shelved_offloaded", self.show(uuid).vm_state)


class AwaitTest(MovingCase):
    """A guest that moves goes on when its ports are plugged in where it goes on."""

    def test_one_that_was_moved_is_held_until_its_ports_are_there(self):
        uuid = self.booted()
        home = self.show(uuid).host
        self.act(uuid, "migrate")
        self.assertEqual("resize_finish", self.show(uuid).task_state)
        [there] = self.bound(uuid)
        self.assertIn("start_held", self.done(there))
        self.assertNotIn("power_as_asked", self.done(there))
        self.plug(uuid)
        self.assertEqual(("resized", there), self.state(uuid))
        self.assertEqual(["ACTIVE"], [nic["state"] for nic in self.show(uuid).nics])
        self.act(uuid, "revert_resize")
        self.assertIn("start_held", self.done(home))
        self.assertEqual("resize_reverting", self.show(uuid).task_state)
        self.plug(uuid)
        self.world.settle()
        self.assertEqual(("active", home), self.state(uuid))
        self.assertEqual(["ACTIVE"], [nic["state"] for nic in self.show(uuid).nics])

    def test_one_that_was_evacuated_too(self):
        uuid = self.booted()
        self.kill_home(uuid)
        self.act(uuid, "evacuate")
        self.assertEqual("rebuild_spawning", self.show(uuid).task_state)
        self.plug(uuid)
        self.world.settle()
        self.assertEqual("active", self.show(uuid).vm_state)
        self.assertEqual(["ACTIVE"], [nic["state"] for nic in self.show(uuid).nics])

    def test_one_that_is_off_waits_for_nothing(self):
        uuid = self.booted()
        self.settled(uuid, "stop")
        self.act(uuid, "migrate")
        self.assertEqual("resized", self.show(uuid).vm_state)

    def test_what_is_never_plugged_in_there_brings_it_home(self):
        for said in ("failed", None):
            with self.subTest(said):
                uuid = self.booted()
                home = self.show(uuid).host
                self.act(uuid, "migrate")
                [there] = self.bound(uuid)
                self.never(uuid, said)
                self.assertEqual(("active", home), self.state(uuid))
                self.assertEqual({home}, self.bound(uuid))
                self.assertNotIn(uuid, self.world.hosts[there].machines)

    def test_a_revert_that_can_not_be_plugged_in_leaves_it_where_it_is(self):
        uuid = self.booted()
        home = self.show(uuid).host
        self.moved(uuid, "migrate")
        there = self.show(uuid).host
        self.act(uuid, "revert_resize")
        self.never(uuid, "failed")
        self.assertEqual(("resized", there), self.state(uuid))
        self.assertEqual({there}, self.bound(uuid))
        self.assertEqual("power_off", self.done(home)[-1])

    def test_where_it_is_not_fatal_it_goes_on_without(self):
        self.policy(fatal=False)
        uuid = self.begin()
        self.never(uuid, None)
        self.act(uuid, "migrate")
        self.never(uuid, None)
        self.assertEqual("resized", self.show(uuid).vm_state)

    def test_news_that_was_lost_stops_nobody_on_the_way(self):
        uuid = self.booted()
        home = self.show(uuid).host
        for kind, state in (("migrate", "resized"), ("revert_resize", "active")):
            self.act(uuid, kind)
            for port in self.ports(uuid):
                port["status"] = "ACTIVE"
            self.assertIsNotNone(self.show(uuid).task_state)
            self.world.settle()
            self.assertEqual((state, None), (self.show(uuid).vm_state, self.show(uuid).task_state))
            self.assertEqual({self.show(uuid).host}, self.bound(uuid))
        self.kill_home(uuid)
        self.act(uuid, "evacuate")
        self.ports(uuid)[0]["status"] = "ACTIVE"
        self.world.settle()
        self.assertEqual("active", self.show(uuid).vm_state)
        self.assertNotEqual(home, self.show(uuid).host)

    def test_a_running_guest_leaves_when_what_is_plugged_in_first_is(self):
        self.twin.details["ovs_hybrid_plug"] = True
        uuid = self.booted()
        home = self.show(uuid).host
        self.act(uuid, "live_migrate")
        self.assertNotIn("live_migrate", self.done(home))
        self.plug(uuid)
        self.world.settle()
        self.assertNotEqual(home, self.show(uuid).host)

    def test_it_stays_where_that_fails_and_does_not_wait_where_it_need_not(self):
        self.twin.details["ovs_hybrid_plug"] = True
        uuid = self.booted()
        home = self.show(uuid).host
        self.act(uuid, "live_migrate", host="h3" if home != "h3" else "h2")
        self.never(uuid, "failed")
        self.assertEqual(("active", home), self.state(uuid))
        self.assertEqual([[home]], self.bindings(uuid))
        self.policy(before_it_comes=False)
        self.settled(uuid, "live_migrate")
        self.assertNotEqual(home, self.show(uuid).host)

    def never(self, uuid, said):
        for _ in range(4):
            if said:
                self.plug(uuid, said)
            else:
                self.world.pass_time(301)
                self.world.deliver()
        self.world.settle()


class AnewTest(MovingCase):
    """A guest that starts anew where it is has its ports plugged in anew."""

    def test_it_is_held_while_a_port_is_said_to_be_unplugged(self):
        for kind, arguments in (("reboot", {"type": "HARD"}), ("rebuild", {})):
            with self.subTest(kind):
                uuid = self.booted()
                host = self.show(uuid).host
                self.world.cell.act(uuid, 1, kind, str(uuids.uuid4()), arguments)
                self.say(uuid, "network-vif-unplugged")
                self.world.deliver()
                self.assertIsNotNone(self.show(uuid).task_state)
                self.assertEqual("start_held", self.done(host)[-1])
                self.plug(uuid)
                self.world.settle()
                server = self.show(uuid)
                self.assertEqual(("active", None), (server.vm_state, server.task_state))

    def test_where_nothing_is_said_it_goes_on(self):
        uuid = self.booted()
        for kind, arguments in (("reboot", {"type": "HARD"}), ("rebuild", {})):
            self.settled(uuid, kind, **arguments)
            self.assertEqual("active", self.show(uuid).vm_state)

    def say(self, uuid, name):
        events = [
            {"name": name, "server_uuid": uuid, "tag": port["id"], "status": "completed"}
            for port in self.ports(uuid)
        ]
        self.world.cell.external_events(events)
