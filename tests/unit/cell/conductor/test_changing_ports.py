# SPDX-License-Identifier: Apache-2.0
"""Ports that others change: what a server shows of them is looked up again, and swept."""

from __future__ import annotations

from nova_cells.cell.db import service_chores
from tests.unit.cell.conductor.ports_case import PortsCase
from tests.unit.clients.network.neutron_case import PROJECT


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
