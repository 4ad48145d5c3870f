# SPDX-License-Identifier: Apache-2.0
"""Servers with ports of a network service have them from their boot to their end."""

from __future__ import annotations

from unittest import mock

from nova_cells.cell.conductor.ports import PLUGGED
from nova_cells.cell.db.tables import hosts
from nova_cells.journal import engine
from tests.services.twin import GARBAGE, LOST, SILENCE
from tests.unit.cell.conductor.ports_case import PortsCase
from tests.unit.clients.network.neutron_case import PROJECT


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

    def test_what_is_said_of_many_at_once_is_heard_of_each(self):
        self.enterContext(mock.patch.object(engine, "HEAR_AT_ONCE", 2))
        servers = [self.begin() for _ in range(5)]
        events = [
            {"name": PLUGGED, "server_uuid": uuid, "tag": port["id"], "status": "completed"}
            for uuid in servers
            for port in self.ports(uuid)
        ]
        self.assertEqual([200] * 5, self.world.cell.external_events(events))
        self.world.deliver()
        self.assertEqual({"active"}, {self.show(uuid).vm_state for uuid in servers})
        self.assertEqual([], self.world.rows("service_chores"), "they look themselves")

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

    def test_news_that_was_lost_fails_nothing(self):
        uuid = self.begin()
        for port in self.ports(uuid):
            port["status"] = "ACTIVE"
        self.world.pass_time(250)
        self.world.deliver()
        self.assertEqual("building", self.show(uuid).vm_state)
        self.twin.fault(1, 503)
        self.world.settle()
        server = self.show(uuid)
        self.assertEqual("active", server.vm_state)
        self.assertEqual(["ACTIVE"], [nic["state"] for nic in server.nics])
        self.assertEqual(1, self.done(server.host).count("create_machine"))

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
        port["mac_address"] = "52:54:00:00:00:07"
        self.world.settle()
        server = self.show(uuid)
        [address] = server.addresses["private"]
        self.assertEqual({"52:54:00:00:00:07"}, {server.nics[0]["mac"], address["mac"]})
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
        self.assertEqual(403, server.fault.code)

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
