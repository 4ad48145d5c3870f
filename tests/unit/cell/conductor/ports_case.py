# SPDX-License-Identifier: Apache-2.0
"""Servers with ports of a network service, for tests.

The service is Neutron's twin; what it has in the end is looked up in it, not in our tables.
"""

from __future__ import annotations

import unittest
import uuid as uuids

from nova_cells.clients.network.neutron_ports import NeutronPorts
from tests.services.neutron import Neutron
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

    def done(self, host):
        return self.world.hosts[host].ran

    def bound(self, uuid):
        return {port["binding:host_id"] for port in self.ports(uuid)}

    def bindings(self, uuid):
        return [sorted(self.twin.ports.bindings[port["id"]]) for port in self.ports(uuid)]
