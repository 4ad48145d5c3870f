# SPDX-License-Identifier: Apache-2.0
"""Servers with ports of a network service: bound where they are, nowhere else, gone with them.

The service is Neutron's twin; what it has in the end is looked up in it, not in our tables.
"""

from __future__ import annotations

import unittest
import uuid as uuids

from nova_cells.cell.db import service_chores
from nova_cells.cell.db.tables import hosts
from nova_cells.clients.network.neutron_ports import NeutronPorts
from tests.services.neutron import Neutron
from tests.services.twin import GARBAGE, LOST, SILENCE
from tests.unit.cell.conductor.world import World, new_database
from tests.unit.clients.network.neutron_case import PROJECT, service_to

HOSTS = {"h1": {}, "h2": {}, "h3": {}}


class PortsCase(unittest.TestCase):
    def setUp(self):
        self.twin = Neutron(chassis=tuple(HOSTS))
        self.network = self.twin.network(PROJECT)
        ports = NeutronPorts(service_to(self.twin))
        self.world = World(new_database(self), HOSTS, network=ports)

    def wish(self, **changes):
        return {"network_id": self.network["id"], "address": None, "port_id": None, **changes}

    def begin(self, *wishes, **changes):
        networks = list(wishes) or [self.wish()]
        reply = self.world.build(networks=networks, project_id=PROJECT, **changes)
        self.assertTrue(reply.accepted, reply.message)
        self.world.deliver()
        return str(reply.uuid)

    def booted(self, *wishes, **changes):
        uuid = self.begin(*wishes, **changes)
        self.plug(uuid)
        self.assertEqual("active", self.show(uuid).vm_state)
        return uuid

    def show(self, uuid):
        return self.world.cell.show(uuid)

    def ports(self, uuid):
        return self.twin.ports.of(uuid)

    def plug(self, uuid, status="completed"):
        """The network service says so of every port of a server."""
        said = {f"network-vif-plugged/{port['id']}": status for port in self.ports(uuid)}
        for port in self.ports(uuid):
            port["status"] = "ACTIVE" if status == "completed" else "DOWN"
        self.world.conductor.journal.hear({uuid: said})
        self.world.deliver()

    def act(self, uuid, kind, **arguments):
        key = str(uuids.uuid4())
        self.world.cell.act(uuid, 1, kind, key, arguments)
        self.world.deliver()
        return key

    def settled(self, uuid, kind, **arguments):
        key = self.act(uuid, kind, **arguments)
        self.world.settle()
        return key

    def bound(self, uuid):
        return {port["binding:host_id"] for port in self.ports(uuid)}

    def bindings(self, uuid):
        return [sorted(self.twin.ports.bindings[port["id"]]) for port in self.ports(uuid)]


class BuildTest(PortsCase):
    def test_a_server_has_its_port_bound_to_its_host_and_both_say_so(self):
        uuid = self.booted(self.wish(tag="front"))
        server, [port] = self.show(uuid), self.ports(uuid)
        [nic] = server.nics
        self.assertEqual(port["id"], nic["id"])
        self.assertEqual({server.host}, self.bound(uuid))
        self.assertEqual((PROJECT, uuid), (port["project_id"], port["device_id"]))
        self.assertTrue(port["device_owner"].startswith("compute:"))
        self.assertEqual(("ovs", "front"), (nic["vif_type"], nic["tag"]))
        self.assertEqual("ACTIVE", nic["state"])
        [shown] = server.addresses["private"]
        self.assertEqual(port["fixed_ips"][0]["ip_address"], shown["addr"])
        self.assertEqual(["default"], server.security_groups)
        made = self.world.hosts[server.host].made_from[uuid]
        self.assertEqual([{**nic, "state": "DOWN"}], made.nics)

    def test_one_request_a_port_and_two_for_what_is_remembered(self):
        self.booted()
        before = self.twin.count()
        self.booted()
        self.assertEqual(1, self.twin.count() - before)

    def test_a_server_without_ports_asks_nobody(self):
        reply = self.world.build(project_id=PROJECT)
        self.world.deliver()
        self.assertEqual("active", self.show(reply.uuid).vm_state)
        self.settled(str(reply.uuid), "delete")
        self.assertEqual(0, self.twin.count())

    def test_it_is_held_until_its_ports_are_plugged_in(self):
        uuid = self.begin(self.wish(), self.wish())
        server = self.show(uuid)
        self.assertEqual(("building", "spawning"), (server.vm_state, server.task_state))
        self.assertIn("start_held", self.done(server.host))
        self.assertNotIn("power_on", self.done(server.host))
        [first, other] = self.ports(uuid)
        name = "network-vif-plugged/{}"
        self.world.conductor.journal.hear({uuid: {name.format(first["id"]): "completed"}})
        self.world.deliver()
        self.assertEqual("building", self.show(uuid).vm_state)
        self.world.conductor.journal.hear({uuid: {name.format(other["id"]): "completed"}})
        self.world.deliver()
        self.assertEqual("active", self.show(uuid).vm_state)

    def done(self, host):
        return self.world.hosts[host].ran

    def test_a_port_that_is_not_plugged_in_fails_the_build_and_leaves_nothing(self):
        uuid = self.begin()
        for _ in range(3):
            self.plug(uuid, "failed")
        self.world.settle()
        self.assertEqual([], self.ports(uuid))
        self.assertEqual([], self.world.rows("instances"))

    def test_silence_about_ports_ends_with_patience(self):
        uuid = self.begin()
        for _ in range(3):
            self.world.pass_time(301)
            self.world.deliver()
        self.world.settle()
        self.assertEqual([], self.ports(uuid))

    def test_a_host_that_can_not_wire_it_is_left_for_another(self):
        self.twin.chassis = {"h2"}
        uuid = self.booted()
        self.assertEqual("h2", self.show(uuid).host)
        self.assertEqual({"h2"}, self.bound(uuid))

    def test_ports_of_a_node_are_left_to_be_bound_by_its_own_service(self):
        self.world.database.write(lambda c: c.execute(hosts.update().values(driver="ironic")))
        self.world.reborn()
        uuid = self.begin()
        self.assertEqual("active", self.show(uuid).vm_state, "nobody tells when it is plugged in")
        [port] = self.ports(uuid)
        self.assertEqual(("", "baremetal"), (port["binding:host_id"], port["binding:vnic_type"]))
        self.settled(uuid, "delete")
        self.assertEqual({}, self.twin.ports.known)

    def test_where_no_host_can_nothing_is_left(self):
        self.twin.chassis = set()
        uuid = self.begin()
        self.world.settle()
        self.assertEqual([], self.ports(uuid))
        self.assertEqual([], self.world.rows("instances"))

    def test_a_quota_is_told_to_its_owner_and_no_other_host_is_tried(self):
        self.twin.quota = 0
        uuid = self.begin()
        server = self.show(uuid)
        self.assertEqual("error", server.vm_state)
        self.assertIn("uota", server.fault.message)

    def test_a_given_port_outlives_its_server(self):
        given = self.twin.ports.make(PROJECT, self.network)
        uuid = self.booted(self.wish(port_id=given["id"]))
        self.assertEqual([given["id"]], [port["id"] for port in self.ports(uuid)])
        self.settled(uuid, "delete")
        self.assertIn(given["id"], self.twin.ports.known)
        self.assertEqual(("", ""), (given["device_id"], given["binding:host_id"]))
        self.assertEqual({}, given["binding:profile"])

    def test_a_host_that_fails_gives_back_a_given_port_too(self):
        given = self.twin.ports.make(PROJECT, self.network)
        for host in self.world.hosts.values():
            host.script["create_machine"] = ["refused"]
        uuid = self.begin(self.wish(port_id=given["id"]), self.wish())
        self.world.settle()
        self.assertEqual([], self.ports(uuid))
        self.assertEqual({given["id"]}, set(self.twin.ports.known))

    def test_whatever_the_service_answers_there_is_one_port_or_none(self):
        for answer in (401, 403, 404, 409, 413, 500, SILENCE, LOST, GARBAGE):
            with self.subTest(answer):
                self.twin.fault(1, answer, changes=True)
                uuid = self.begin()
                for _ in range(8):
                    self.world.pass_time()
                    self.plug(uuid)
                    self.world.deliver()
                self.world.settle()
                heads = [row["uuid"] for row in self.world.rows("instances")]
                alive = uuid in heads and self.show(uuid).vm_state == "active"
                self.assertEqual(int(alive), len(self.ports(uuid)))
                if uuid in heads:
                    self.settled(uuid, "delete")
                self.assertEqual({}, self.twin.ports.known)

    def test_a_conductor_that_dies_makes_no_port_twice(self):
        reply = self.world.build(networks=[self.wish()], project_id=PROJECT)
        uuid = str(reply.uuid)
        self.world.jobs.popleft()()
        self.world.reborn()
        for _ in range(4):
            self.world.pass_time()
            self.world.deliver()
            self.plug(uuid)
        self.assertEqual("active", self.show(uuid).vm_state)
        self.assertEqual(1, len(self.ports(uuid)))


class EndTest(PortsCase):
    def test_a_delete_leaves_no_port(self):
        uuid = self.booted(self.wish(), self.wish())
        self.settled(uuid, "delete")
        self.assertEqual({}, self.twin.ports.known)
        self.assertEqual(({}, []), (self.show(uuid).addresses, self.show(uuid).nics))

    def test_a_delete_waits_for_a_service_that_is_away(self):
        uuid = self.booted()
        self.twin.switch = lambda asked: 503
        self.act(uuid, "delete")
        self.world.pass_time()
        self.world.deliver()
        self.assertEqual("deleting", self.show(uuid).task_state)
        self.twin.switch = lambda asked: None
        self.world.settle()
        self.assertEqual({}, self.twin.ports.known)
        self.assertEqual("deleted", self.show(uuid).vm_state)

    def test_a_delete_in_the_middle_of_a_build_leaves_no_port(self):
        uuid = self.begin()
        self.settled(uuid, "delete")
        self.assertEqual({}, self.twin.ports.known)

    def test_a_port_somebody_deleted_is_missed_by_nobody(self):
        uuid = self.booted()
        [port] = self.ports(uuid)
        del self.twin.ports.known[port["id"]]
        self.settled(uuid, "forget_port", port=port["id"])
        server = self.show(uuid)
        self.assertEqual(({}, []), (server.addresses, server.nics))
        self.settled(uuid, "delete")


class MoveTest(PortsCase):
    def test_a_resized_server_has_its_port_where_it_is_and_back_when_reverted(self):
        for last in ("confirm_resize", "revert_resize"):
            with self.subTest(last):
                uuid = self.booted()
                home, port = self.show(uuid).host, self.show(uuid).nics[0]["id"]
                self.settled(uuid, "migrate")
                there = self.show(uuid).host
                self.assertNotEqual(home, there)
                self.assertEqual({there}, self.bound(uuid))
                self.settled(uuid, last)
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
        self.settled(uuid, "evacuate")
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


class AttachTest(PortsCase):
    def test_a_port_comes_and_goes_while_the_server_runs(self):
        uuid = self.booted()
        key = self.settled(uuid, "attach_interface", wish=self.wish(tag="back"))
        first, new = self.show(uuid).nics
        self.assertEqual((key, "back", False), (new["key"], new["tag"], new["attaching"]))
        self.assertEqual(2, len(self.ports(uuid)))
        self.assertEqual({self.show(uuid).host}, self.bound(uuid))
        self.settled(uuid, "detach_interface", port=new["id"])
        self.assertEqual([first["id"]], [port["id"] for port in self.ports(uuid)])
        self.assertEqual([first["id"]], [nic["id"] for nic in self.show(uuid).nics])

    def test_one_the_guest_can_not_take_is_gone_again(self):
        uuid = self.booted()
        self.world.hosts[self.show(uuid).host].script["attach_nic"] = ["refused"]
        self.settled(uuid, "attach_interface", wish=self.wish())
        self.assertEqual(1, len(self.ports(uuid)))
        self.assertEqual(1, len(self.show(uuid).nics))

    def test_a_given_one_is_freed_and_stays(self):
        uuid = self.booted()
        given = self.twin.ports.make(PROJECT, self.network)
        self.settled(uuid, "attach_interface", wish=self.wish(port_id=given["id"]))
        self.assertEqual(uuid, given["device_id"])
        self.settled(uuid, "detach_interface", port=given["id"])
        self.assertEqual("", given["device_id"])
        self.assertIn(given["id"], self.twin.ports.known)

    def test_an_answer_that_is_lost_makes_no_second_port(self):
        uuid = self.booted()
        self.twin.fault(1, LOST, changes=True)
        self.settled(uuid, "attach_interface", wish=self.wish())
        self.assertEqual(2, len(self.ports(uuid)))
        self.assertEqual(2, len(self.show(uuid).nics))


class RefreshTest(PortsCase):
    def test_what_others_changed_is_learned(self):
        uuid = self.booted()
        [port] = self.ports(uuid)
        self.twin.float(port, "172.24.4.9")
        self.settled(uuid, "refresh_network")
        addresses = [each["addr"] for each in self.show(uuid).addresses["private"]]
        self.assertEqual([port["fixed_ips"][0]["ip_address"], "172.24.4.9"], addresses)

    def test_nobody_is_refused_anything_meanwhile(self):
        uuid = self.booted()
        self.world.cell.act(uuid, 1, "refresh_network", "look", {})
        self.assertIsNone(self.show(uuid).operation)
        self.world.cell.act(uuid, 1, "stop", "stop", {})
        self.assertEqual("powering-off", self.show(uuid).task_state)
        self.world.settle()
        self.assertEqual("stopped", self.show(uuid).vm_state)

    def test_what_is_being_done_to_it_goes_on(self):
        uuid = self.booted()
        self.world.hosts[self.show(uuid).host].lasting = True
        self.act(uuid, "live_migrate")
        before = self.show(uuid)
        self.twin.float(self.ports(uuid)[0], "172.24.4.9")
        self.act(uuid, "refresh_network")
        now = self.show(uuid)
        self.assertEqual((before.operation, "migrating"), (now.operation, now.task_state))
        self.assertEqual(2, len(now.addresses["private"]))

    def test_one_that_is_deleted_meanwhile_is_left_alone(self):
        uuid = self.booted()
        self.world.cell.act(uuid, 1, "refresh_network", "look", {})
        self.world.cell.act(uuid, 1, "delete", "delete", {})
        self.world.settle()
        self.assertEqual(("deleted", []), (self.show(uuid).vm_state, self.show(uuid).nics))
        self.assertEqual({}, self.twin.ports.known)

    def test_nothing_is_written_where_nothing_is_new(self):
        uuid = self.booted()
        self.settled(uuid, "refresh_network")
        before = self.show(uuid).nics
        self.settled(uuid, "refresh_network")
        self.assertEqual(before, self.show(uuid).nics)

    def test_a_service_that_is_away_harms_no_server(self):
        uuid = self.booted()
        self.twin.switch = lambda asked: 503
        self.act(uuid, "refresh_network")
        for _ in range(6):
            self.world.pass_time()
            self.world.deliver()
        self.assertEqual([], self.world.open_operations())
        server = self.show(uuid)
        self.assertEqual(("active", None, None), (server.vm_state, server.task_state, server.fault))
        self.assertEqual(1, len(server.nics))


class HealingTest(PortsCase):
    def heal(self):
        self.world.conductor.network_healing.round()
        self.world.deliver()

    def test_what_nobody_told_is_noticed(self):
        changed, same = self.booted(), self.booted()
        self.heal()
        revision = self.show(same).revision
        self.twin.float(self.ports(changed)[0], "172.24.4.9")
        before = self.twin.count()
        self.heal()
        self.assertLessEqual(self.twin.count() - before, 4)
        shown = [each["addr"] for each in self.show(changed).addresses["private"]]
        self.assertIn("172.24.4.9", shown)
        self.assertEqual(revision, self.show(same).revision)

    def test_ports_that_are_not_listed_are_not_given_up(self):
        uuid = self.booted()
        hidden = dict(self.twin.ports.known)
        self.twin.ports.known.clear()
        self.heal()
        self.world.settle()
        self.assertEqual(1, len(self.show(uuid).nics))
        self.twin.ports.known.update(hidden)

    def test_a_service_that_is_away_is_looked_at_another_time(self):
        self.booted()
        self.twin.switch = lambda asked: 503
        self.heal()
        self.assertEqual([], self.world.open_operations())


class SweepTest(PortsCase):
    def sweep(self, uuid):
        self.world.database.write(lambda c: service_chores.sweep(c, uuid, self.world.clock(), 0))
        self.world.settle()

    def test_a_port_nobody_knows_goes_and_one_bound_elsewhere_comes_home(self):
        uuid = self.booted()
        home = self.show(uuid).host
        [port] = self.ports(uuid)
        lost = self.twin.ports.make(
            PROJECT,
            self.network,
            device_id=uuid,
            **{"binding:profile": {"nova_cells": {"key": "lost", "made": True}}},
        )
        strangers = self.twin.ports.make(PROJECT, self.network, device_id=uuid)
        self.world.network.bind(port, "h3" if home != "h3" else "h2")
        self.sweep(uuid)
        self.assertNotIn(lost["id"], self.twin.ports.known)
        self.assertIn(strangers["id"], self.twin.ports.known)
        self.assertEqual(home, self.twin.ports.known[port["id"]]["binding:host_id"])
