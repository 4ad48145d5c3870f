# SPDX-License-Identifier: Apache-2.0
"""Servers that go from host to host over the whole cloud."""

from __future__ import annotations

from typing import Any

from nova_cells.cell.compute.drivers.fake import Rule
from tests.api.harness import ApiCase, Client

NODES = ("OS-EXT-SRV-ATTR:host", "OS-EXT-SRV-ATTR:hypervisor_hostname")


class MovingCase(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        self.manager = Client(f"max:{self.project}:manager")
        self.server = self.boot()
        self.path = f"/servers/{self.server}"
        self.home = self.host_of()

    def shown(self, server: str | None = None) -> dict[str, Any]:
        path = f"/servers/{server or self.server}"
        document: dict[str, Any] = self.admin.get(path, expect=200).json["server"]
        return document

    def host_of(self, server: str | None = None) -> str:
        return str(self.shown(server)["OS-EXT-SRV-ATTR:host"])

    def act(self, body: Any, client: Any = None, version: str = "2.104", **more: Any) -> Any:
        return (client or self.admin).post(f"{self.path}/action", body, version, **more)

    def rule(self, call: str, act: str, **more: Any) -> None:
        """What its hosts are to do when it comes to that."""
        for agent in self.cloud.agents:
            if self.home in agent.hosts:
                agent.hosts[self.home].script.add(
                    Rule(call=call, act=act, uuid=self.server, **more)
                )

    def others(self) -> list[str]:
        """The other hosts of its cell."""
        [agent] = [agent for agent in self.cloud.agents if self.home in agent.hosts]
        return sorted(set(agent.hosts) - {self.home})

    def stranger(self) -> str:
        """A host of another cell."""
        return next(iter(sorted(a.hosts)[0] for a in self.cloud.agents if self.home not in a.hosts))

    def machines(self) -> dict[str, int]:
        """Where it has a machine, and its power there."""
        hosts = {
            name: driver for agent in self.cloud.agents for name, driver in agent.hosts.items()
        }
        return {
            name: int(driver.power_state(self.server))
            for name, driver in hosts.items()
            if self.server in driver.machines()
        }

    def service(self, host: str, **changes: Any) -> Any:
        """Ask for a change of a compute service."""
        listed = self.admin.get(f"/os-services?host={host}&binary=nova-compute", expect=200)
        [service] = listed.json["services"]
        return self.admin.put(f"/os-services/{service['id']}", changes)

    def beat(self) -> None:
        """Have all agents give a sign of life now."""
        for agent in self.cloud.agents:
            agent.registration._rounds.kick()
