# SPDX-License-Identifier: Apache-2.0
"""Neutron's twin, and our clients that talk to it in this process."""

from __future__ import annotations

import unittest
from typing import Any

from nova_cells.cli import config
from nova_cells.clients.calling.service import Service
from nova_cells.runtime.context import RequestContext
from tests.services.network_contract import NetworkContract
from tests.services.neutron import Neutron

PROJECT, ADMINS = "a" * 32, "b" * 32


def service_to(twin: Neutron) -> Service:
    """Asks the twin as ourselves, or as whoever a token of NoAuth names."""
    conf = config.load([], [])
    options = {"auth_type": "none", "endpoint_override": twin.url, "connect_retries": 0}
    for name, value in options.items():
        conf.set_override(name, value, group="neutron")
    return Service(
        conf.neutron, service_type="network", name="network", version="v2.0", http=twin.session()
    )


def caller(project: str = PROJECT, *, admin: bool = False) -> RequestContext:
    user = "admin" if admin else "mia"
    return RequestContext(
        user_id=user, project_id=project, is_admin=admin, auth_token=f"{user}:{project}"
    )


class NeutronCase(unittest.TestCase):
    """`twin` has two hosts that ports can be bound on."""

    def setUp(self) -> None:
        self.twin = Neutron(chassis=("h1", "h2"))
        self.host, self.second, self.allocates = "h1", "h2", True
        self.caller: Any = caller()
        self.service = service_to(self.twin)

    def make_network(self, cidr: str | None = "10.77.0.0/24", **more: Any) -> dict[str, Any]:
        return self.twin.network(PROJECT, cidr, **more)

    def make_port(self, network: dict[str, Any]) -> dict[str, Any]:
        return self.twin.ports.make(PROJECT, network)

    def make_group(self, name: str) -> dict[str, Any]:
        return self.twin.group(PROJECT, name)


class ContractCase(NeutronCase, NetworkContract):
    """With clients, as the contract wants them."""

    def setUp(self) -> None:
        super().setUp()
        self.begin()
