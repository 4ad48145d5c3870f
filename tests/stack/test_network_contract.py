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
USUAL = "10.77.0.0/24"
ALONE = ("test_unnamed_networks", "test_a_network_is_made_where_there_is_none")
"""Tests that need a project without networks; the others share one."""


class RealNeutronTest(network_contract.NetworkContract):
    """All of `NetworkContract`, in a project of its own."""

    allocates = True
    usual: dict[str, Any] | None = None

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
        cls.addClassCleanup(cls.clean_networks)

    def setUp(self) -> None:
        super().setUp()
        if self.is_alone:
            self.clean_networks()
            self.addCleanup(self.clean_networks)
        self.addCleanup(self.clean)
        self.begin()

    @property
    def is_alone(self) -> bool:
        return self._testMethodName in ALONE

    def make_network(self, cidr: str | None = USUAL) -> dict[str, Any]:
        if cidr != USUAL or self.is_alone:
            return self.new_network(cidr)
        cls = type(self)
        cls.usual = cls.usual or self.new_network(cidr)
        return cls.usual

    def new_network(self, cidr: str | None) -> dict[str, Any]:
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

    @classmethod
    def listed(cls, path: str, key: str) -> list[dict[str, Any]]:
        """What the project has of it."""
        found: list[dict[str, Any]] = cls.operator.get(
            f"{path}?project_id={cls.caller.project_id}"
        )[key]
        return found

    @classmethod
    def clean(cls) -> None:
        """Ports of servers only an administrator may delete."""
        for port in cls.listed("/ports", "ports"):
            if not port["device_owner"].startswith("network:"):
                cls.operator.delete(f"/ports/{port['id']}")
        for group in cls.listed("/security-groups", "security_groups"):
            if group["name"] != "default":
                cls.operator.delete(f"/security-groups/{group['id']}")

    @classmethod
    def clean_networks(cls) -> None:
        cls.usual = None
        networks = cls.listed("/networks", "networks")
        if any(network["name"] == "auto_allocated_network" for network in networks):
            cls.operator.delete(f"/auto-allocated-topology/{cls.caller.project_id}")
        for network in cls.listed("/networks", "networks"):
            cls.operator.delete(f"/networks/{network['id']}")
