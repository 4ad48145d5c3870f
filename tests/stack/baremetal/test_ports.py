# SPDX-License-Identifier: Apache-2.0
"""Servers on nodes of the real Ironic have ports of the real Neutron, on devices of the nodes."""

from __future__ import annotations

import secrets
import unittest
from typing import Any

from kit.stack.rest import Refused, Rest

from tests.crash.client import until
from tests.stack.ground import ground
from tests.stack.roles import StackRoles
from tests.stores.base import require

VERSION = "baremetal 1.87"
PATIENCE = 180.0
SHARD = "ports"
COMPUTE = f"""\
[compute]
driver = ironic
[ironic]
shard = {SHARD}
image_url = http://127.0.0.1:9/{{id}}
wait_interval = 0.2
poll_interval = 1
"""
RESOURCES = {
    **{f"resources:{name}": "0" for name in ("VCPU", "MEMORY_MB", "DISK_GB")},
    "resources:CUSTOM_WIRED": "1",
}
WORK = ("cleaning_network", "provisioning_network", "rescuing_network", "inspection_network")


class NodePortsTest(unittest.TestCase):
    """One node with one device, the network of one project."""

    def setUp(self) -> None:
        require("mariadb")
        require("rabbitmq")
        stack = ground().stack
        catalog, urls = stack.catalog(), stack.urls
        admin = catalog.token("admin", "admin")
        self.neutron = Rest(f"{urls['neutron']}/v2.0", admin)
        self.ironic = Rest(f"{urls['ironic']}/v1", admin, VERSION)
        project = catalog.project("demo")
        found = self.neutron.get(f"/networks?name=private&project_id={project}")["networks"]
        self.network = found[0]["id"]
        self.project = project
        self.address = "52:54:00:" + ":".join(f"{one:02x}" for one in secrets.token_bytes(3))
        self.node = self.make_node()
        cloud = StackRoles(stack, conductors=1, compute=COMPUTE)
        self.addCleanup(cloud.close)
        cloud.start()
        cloud.ready()
        self.compute, self.operator = cloud.client("demo", "demo"), cloud.client("admin", "admin")
        wanted = {"name": "wired", "ram": 1024, "disk": 1, "vcpus": 1}
        self.flavor = self.operator.post("/flavors", {"flavor": wanted})["flavor"]["id"]
        self.operator.post(f"/flavors/{self.flavor}/os-extra_specs", {"extra_specs": RESOURCES})

    def make_node(self) -> str:
        body = {
            "driver": "fake-hardware",
            "network_interface": "flat",
            "resource_class": "wired",
            "shard": SHARD,
            "driver_info": dict.fromkeys(WORK, self.network),
            "properties": {"cpus": 1, "memory_mb": 1024, "local_gb": 1, "cpu_arch": "x86_64"},
        }
        node: str = self.ironic.post("/nodes", body)["uuid"]
        self.addCleanup(self.remove_node, node)
        self.ironic.post("/ports", {"node_uuid": node, "address": self.address})
        for target, state in (("manage", "manageable"), ("provide", "available")):
            self.ironic.put(f"/nodes/{node}/states/provision", {"target": target})
            self.node_is(node, state)
        return node

    def node_is(self, node: str, state: str) -> None:
        until(lambda: self.state(node) == state, f"the node is {state}", PATIENCE)

    def remove_node(self, node: str) -> None:
        self.ironic.put(f"/nodes/{node}/maintenance", {"reason": "the test is over"})
        self.ironic.delete(f"/nodes/{node}")

    def state(self, node: str) -> str:
        return str(self.ironic.get(f"/nodes/{node}")["provision_state"])

    def boot(self, *networks: dict[str, Any]) -> str:
        """A server that runs on the node."""
        image = ground().images["image"]
        wish = {"name": "wired", "flavorRef": self.flavor, "imageRef": image}
        body = {"server": {**wish, "networks": list(networks)}}
        uuid: str = self.compute.post("/servers", body)["server"]["id"]
        self.becomes(uuid, "ACTIVE")
        return uuid

    def becomes(self, uuid: str, status: str) -> None:
        def there() -> bool:
            found = self.operator.get(f"/servers/{uuid}")["server"]
            self.assertFalse(found["status"] == "ERROR", found.get("fault"))
            return bool(found["status"] == status and not found["OS-EXT-STS:task_state"])

        until(there, f"{uuid} is {status}", PATIENCE)

    def leave(self, uuid: str) -> None:
        self.compute.delete(f"/servers/{uuid}")
        until(lambda: self.is_gone(uuid), "it is gone", PATIENCE)
        self.node_is(self.node, "available")

    def is_gone(self, uuid: str) -> bool:
        try:
            self.compute.get(f"/servers/{uuid}")
        except Refused as refused:
            return bool(refused.status == 404)
        return False

    def vifs(self) -> list[str]:
        return [vif["id"] for vif in self.ironic.get(f"/nodes/{self.node}/vifs")["vifs"]]

    def shown(self, uuid: str) -> set[str]:
        """The MAC addresses that the server shows."""
        addresses = self.compute.get(f"/servers/{uuid}")["server"]["addresses"]
        return {each["OS-EXT-IPS-MAC:mac_addr"] for one in addresses.values() for each in one}

    def test_a_port_is_on_the_device_until_its_server_is_gone(self) -> None:
        uuid = self.boot({"uuid": self.network})
        [port] = self.neutron.get(f"/ports?device_id={uuid}")["ports"]
        self.assertEqual([port["id"]], self.vifs())
        self.assertEqual(
            (self.address, "baremetal", self.node),
            tuple(port[k] for k in ("mac_address", "binding:vnic_type", "binding:host_id")),
        )
        until(lambda: self.shown(uuid) == {self.address}, "its address is shown", PATIENCE)
        rescue = {"rescue": {"rescue_image_ref": ground().images["image"]}}
        self.compute.post(f"/servers/{uuid}/action", rescue)
        self.becomes(uuid, "RESCUE")
        self.assertEqual("rescue", self.state(self.node))
        self.compute.post(f"/servers/{uuid}/action", {"unrescue": None})
        self.becomes(uuid, "ACTIVE")
        self.leave(uuid)
        self.assertEqual([], self.vifs())
        self.assertEqual([], self.neutron.get(f"/ports?device_id={uuid}")["ports"])
        self.see_a_given_port()

    def see_a_given_port(self) -> None:
        """It outlives its server."""
        body = {"network_id": self.network, "project_id": self.project}
        port = self.neutron.post("/ports", {"port": body})["port"]["id"]
        self.addCleanup(self.neutron.delete, f"/ports/{port}")
        uuid = self.boot({"port": port})
        self.assertEqual([port], self.vifs())
        self.leave(uuid)
        left = self.neutron.get(f"/ports/{port}")["port"]
        self.assertEqual(("", []), (left["device_id"], self.vifs()))
