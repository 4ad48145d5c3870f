# SPDX-License-Identifier: Apache-2.0
"""Servers on nodes, from the API to a real Ironic and back."""

from __future__ import annotations

import functools
import shutil
import tempfile
import threading
import time
import unittest
from pathlib import Path
from unittest import mock

from tests.api.harness import ApiCase
from tests.stack.baremetal import ground
from tests.stack.baremetal.cloud import NodeCloud, die

NODES = 4


@functools.cache
def cloud() -> NodeCloud:
    """The cloud of these tests; its nodes are made before it, and removed after it."""
    nodes = [ground.add_node("servers") for _ in range(NODES)]
    for node in nodes:
        unittest.addModuleCleanup(ground.remove_node, node)
    root = Path(tempfile.mkdtemp(prefix="nova-cells-nodes-"))
    unittest.addModuleCleanup(shutil.rmtree, root, True)
    made = NodeCloud(root, "servers")
    unittest.addModuleCleanup(made.stop)
    return made


class NodeCase(ApiCase):
    """`flavor` is one that nodes have."""

    def make_cloud(self) -> NodeCloud:
        return cloud()

    def setUp(self) -> None:
        super().setUp()
        body = {"name": f"node-{self.project}", "vcpus": 4, "ram": 4096, "disk": 40}
        made = self.admin.post("/flavors", {"flavor": body}).json["flavor"]["id"]
        specs = {
            "resources:VCPU": "0",
            "resources:MEMORY_MB": "0",
            "resources:DISK_GB": "0",
            f"resources:{ground.RESOURCE_CLASS}": "1",
        }
        self.admin.post(f"/flavors/{made}/os-extra_specs", {"extra_specs": specs})
        self.flavor = made
        self.until(lambda: len(self.free()) == NODES, "all nodes are free")

    def free(self):
        """Nodes that a server may have."""
        found = self.admin.get("/os-hypervisors/detail").json["hypervisors"]
        return [
            each["hypervisor_hostname"]
            for each in found
            if each["hypervisor_type"] == "ironic"
            and each["service"]["disabled_reason"] is None
            and each["state"] == "up"
        ]

    def until(self, condition, what, patience=60.0):
        deadline = time.monotonic() + patience
        while not (found := condition()):
            if time.monotonic() > deadline:
                raise AssertionError(what)
            time.sleep(0.1)
        return found

    def node_server(self, **more):
        """A server on a node that runs; its id and its node."""
        server = self.boot_node(**more)
        return server, self.node_of(server)

    def boot_node(self, **more):
        body = self.wish(flavorRef=self.flavor, **more)
        server = self.member.post("/servers", body, expect=202).json["server"]["id"]
        self.addCleanup(self.leave, server)
        return self.becomes(server, "ACTIVE")

    def becomes(self, server, status):
        def found():
            shown = self.admin.get(f"/servers/{server}").json["server"]
            if shown["status"] == "ERROR" != status:
                raise AssertionError(shown["fault"])
            return shown["status"] == status and shown["OS-EXT-STS:task_state"] is None

        self.until(found, f"{server} becomes {status}")
        return server

    def node_of(self, server):
        shown = self.admin.get(f"/servers/{server}").json["server"]
        self.assertEqual(
            shown["OS-EXT-SRV-ATTR:host"], shown["OS-EXT-SRV-ATTR:hypervisor_hostname"]
        )
        return shown["OS-EXT-SRV-ATTR:hypervisor_hostname"]

    def leave(self, server):
        """Deleted, with its node given back."""
        path = f"/servers/{server}"
        self.member.ask("DELETE", path)
        self.until(lambda: self.admin.ask("GET", path).status_int == 404, "it is gone")

    def act(self, server, action, body=None):
        return self.member.post(f"/servers/{server}/action", {action: body})


class ServersOnNodesTest(NodeCase):
    def test_a_server_lives_on_a_node_and_leaves_it_clean(self):
        data = "aGVsbG8="
        server, node = self.node_server(config_drive=True, user_data=data)
        known = ground.node(node)
        self.assertEqual(server, known["instance_uuid"])
        self.assertEqual(("active", "power on"), (known["provision_state"], known["power_state"]))
        self.assertTrue(known["instance_info"]["configdrive"])
        self.act(server, "os-stop")
        self.becomes(server, "SHUTOFF")
        self.assertEqual("power off", ground.node(node)["power_state"])
        self.act(server, "os-start")
        self.becomes(server, "ACTIVE")
        for kind in ("SOFT", "HARD"):
            self.act(server, "reboot", {"type": kind})
            self.becomes(server, "ACTIVE")
            self.assertEqual("power on", ground.node(node)["power_state"])
        self.leave(server)
        known = ground.node(node)
        self.assertIsNone(known["instance_uuid"])
        self.assertEqual({}, known["instance_info"])

    def test_rescue_and_rebuild(self):
        server, node = self.node_server()
        self.act(server, "rescue")
        self.becomes(server, "RESCUE")
        self.assertEqual("rescue", ground.node(node)["provision_state"])
        self.act(server, "unrescue")
        self.becomes(server, "ACTIVE")
        self.assertEqual("power on", ground.node(node)["power_state"])
        self.act(server, "rebuild", {"imageRef": self.image, "name": "again"})
        self.becomes(server, "ACTIVE")
        known = ground.node(node)
        self.assertEqual("again", known["instance_info"]["display_name"])
        self.assertEqual("power on", known["power_state"])

    def test_power_that_changed_outside_is_followed(self):
        server, node = self.node_server()
        ground.rest().put(f"/nodes/{node}/states/power", {"target": "power off"})
        self.becomes(server, "SHUTOFF")

    def test_a_node_that_is_taken_away_ends_no_agent(self):
        server, node = self.node_server()
        ground.remove_node(node)
        self.addCleanup(ground.add_node, "servers", uuid=node)
        self.leave(server)

    def test_a_node_that_refuses_is_passed_over(self):
        """It was put into maintenance after somebody had been sent there."""
        first, second = (agent._fleet._source._sight for agent in self.cloud.node_agents)
        refusing = self.refused_once(first.service, second.service)
        _server, node = self.node_server()
        self.assertEqual(1, len(refusing))
        self.assertNotEqual(refusing[0], node)
        self.assertEqual((None, {}), self.left(refusing[0]))

    def refused_once(self, *services):
        """The first node that is asked to deploy is put into maintenance before."""
        refusing: list[str] = []
        for service in services:

            def provision(uuid, target, really=service.provision, **more):
                if target == "active" and not refusing:
                    refusing.append(uuid)
                    ground.rest().put(f"/nodes/{uuid}/maintenance", {"reason": "smoke"})
                    self.addCleanup(ground.rest().delete, f"/nodes/{uuid}/maintenance")
                really(uuid, target, **more)

            patched = mock.patch.object(service, "provision", provision)
            patched.start()
            self.addCleanup(patched.stop)
        return refusing

    def left(self, node):
        known = ground.node(node)
        return known["instance_uuid"], known["instance_info"]

    def test_what_a_node_can_not_do_is_refused_at_once(self):
        server, _node = self.node_server()
        for action, code in (("pause", 501), ("suspend", 409)):
            path = f"/servers/{server}/action"
            self.member.ask("POST", path, {action: None}, expect=code)
        self.becomes(server, "ACTIVE")

    def test_a_node_in_maintenance_is_left_alone(self):
        for node in self.free():
            ground.rest().put(f"/nodes/{node}/maintenance", {"reason": "a fan"})
            self.addCleanup(ground.rest().delete, f"/nodes/{node}/maintenance")
        self.until(lambda: not self.free(), "no node is free")
        found = self.admin.get("/os-hypervisors/detail").json["hypervisors"]
        reasons = {each["service"]["disabled_reason"] for each in found} - {None}
        self.assertEqual({"The node is in maintenance: a fan."}, reasons)
        body = self.wish(flavorRef=self.flavor)
        server = self.member.post("/servers", body, expect=202).json["server"]["id"]
        self.becomes(server, "ERROR")
        self.assertIn(
            "valid host", self.admin.get(f"/servers/{server}").json["server"]["fault"]["message"]
        )
        self.member.ask("DELETE", f"/servers/{server}")

    def test_a_node_is_nobodys_part(self):
        server = self.boot()
        self.assertNotIn(self.node_of_any(server), self.free())
        self.member.ask("DELETE", f"/servers/{server}")

    def node_of_any(self, server):
        shown = self.admin.get(f"/servers/{server}").json["server"]
        return shown["OS-EXT-SRV-ATTR:hypervisor_hostname"]

    def test_nodes_are_hypervisors_and_services_of_their_own(self):
        _server, node = self.node_server()
        found = self.admin.get("/os-hypervisors/detail?with_servers=true").json["hypervisors"]
        mine = [each for each in found if each["hypervisor_hostname"] == node]
        [shown] = mine
        self.assertEqual(("ironic", "up"), (shown["hypervisor_type"], shown["state"]))
        self.assertEqual(node, shown["service"]["host"])
        self.assertEqual(1, len(shown["servers"]))
        nodes = [each for each in found if each["hypervisor_type"] == "ironic"]
        self.assertEqual(NODES, len(nodes))
        self.assertEqual(NODES, len({each["id"] for each in nodes}))
        one = self.admin.get(f"/os-hypervisors/{shown['id']}").json["hypervisor"]
        self.assertEqual(node, one["hypervisor_hostname"])
        services = self.admin.get("/os-services?binary=nova-compute").json["services"]
        up = {each["host"] for each in services if each["state"] == "up"}
        self.assertLessEqual({each["hypervisor_hostname"] for each in nodes}, up)

    def test_two_agents_share_the_nodes(self):
        first, second = self.cloud.node_agents
        self.until(lambda: len(first.hosts) + len(second.hosts) == NODES, "each node has one agent")
        self.assertFalse(set(first.hosts) & set(second.hosts))


class TakeoverTest(NodeCase):
    def test_z_a_dead_agents_nodes_are_taken_over_with_their_work(self):
        """The last of all: one agent does not come back."""
        both = self.cloud.node_agents
        self.until(lambda: sum(len(agent.hosts) for agent in both) == NODES, "all are served")
        first, second = sorted(both, key=lambda agent: -len(agent.hosts))
        dead = self.dies_with_its_first_request(first)
        bodies = [self.wish(flavorRef=self.flavor, name=f"t{n}") for n in range(NODES)]
        servers = [self.member.post("/servers", b).json["server"]["id"] for b in bodies]
        for server in servers:
            self.addCleanup(self.leave, server)
        self.assertTrue(dead.wait(60), "the first was given work")
        for server in servers:
            self.becomes(server, "ACTIVE")
        self.until(lambda: len(second.hosts) == NODES, "the second serves all")
        self.assertEqual(NODES, len({self.node_of(server) for server in servers}))
        for server in servers:
            self.assertEqual(server, ground.node(self.node_of(server))["instance_uuid"])

    def dies_with_its_first_request(self, agent):
        """It has asked for a deployment, and nobody waits for it any more."""
        service, dead = agent._fleet._source._sight.service, threading.Event()
        really = service.provision

        def provision(*words, **more):
            really(*words, **more)
            if not dead.is_set():
                dead.set()
                die(agent)

        service.provision = provision
        return dead
