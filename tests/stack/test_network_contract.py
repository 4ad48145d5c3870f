# SPDX-License-Identifier: Apache-2.0
"""The real Neutron keeps what its twin is held to in the unit tests."""

from __future__ import annotations

from typing import Any

from kit.stack.rest import Rest

from nova_cells.cli import config
from nova_cells.clients.calling.service import Service
from nova_cells.runtime.context import RequestContext
from tests.services import network_contract
from tests.stack.ground import ground

USER = "contract"


class RealNeutronTest(network_contract.NetworkContract):
    """All of `NetworkContract`, in a project of its own."""

    allocates = True

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        stack = ground().stack
        cls.host, cls.second = sorted(ground().hosts.told)[:2]
        catalog = stack.catalog()
        project = catalog.project(USER)
        catalog.user(USER, project, "member", "reader")
        token = catalog.token(USER, USER)
        cls.caller = RequestContext(project_id=project, auth_token=token, roles=("member",))
        cls.mine = Rest(f"{stack.urls['neutron']}/v2.0", token)
        cls.operator = Rest(f"{stack.urls['neutron']}/v2.0", catalog.token("admin", "admin"))
        conf = config.load([], [str(stack.state / "nova-cells.conf")])
        cls.service = Service(conf.neutron, service_type="network", name="network", version="v2.0")
        cls.addClassCleanup(cls.service.close)

    def setUp(self) -> None:
        super().setUp()
        self.addCleanup(self.clean)
        self.begin()

    def make_network(self, cidr: str | None = "10.77.0.0/24") -> dict[str, Any]:
        network = self.mine.post("/networks", {"network": {"name": "contract"}})["network"]
        if cidr:
            subnet = {"network_id": network["id"], "cidr": cidr, "ip_version": 4}
            self.mine.post("/subnets", {"subnet": {**subnet, "dns_nameservers": ["9.9.9.9"]}})
        made: dict[str, Any] = network
        return made

    def make_port(self, network: dict[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = self.mine.post("/ports", {"port": {"network_id": network["id"]}})
        port: dict[str, Any] = made["port"]
        return port

    def make_group(self, name: str) -> dict[str, Any]:
        made = self.mine.post("/security-groups", {"security_group": {"name": name}})
        group: dict[str, Any] = made["security_group"]
        return group

    def clean(self) -> None:
        """Nothing of the project is left; ports of servers only an administrator may delete."""
        network, whose = self.operator, f"project_id={self.caller.project_id}"
        for port in network.get(f"/ports?{whose}")["ports"]:
            if not port["device_owner"].startswith("network:"):
                network.delete(f"/ports/{port['id']}")
        if network.get(f"/networks?{whose}&name=auto_allocated_network")["networks"]:
            network.delete(f"/auto-allocated-topology/{self.caller.project_id}")
        for made in network.get(f"/networks?{whose}")["networks"]:
            network.delete(f"/networks/{made['id']}")
        for group in network.get(f"/security-groups?{whose}")["security_groups"]:
            if group["name"] != "default":
                network.delete(f"/security-groups/{group['id']}")
