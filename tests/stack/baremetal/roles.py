# SPDX-License-Identifier: Apache-2.0
"""Our cloud as operators of bare metal run it: a process a role on RabbitMQ, two agents that share
nodes, so that one of them can be killed.
"""

from __future__ import annotations

from typing import Any

from nova_cells.runtime.db import Database
from tests.crash.client import Client, until
from tests.crash.life import UNLIMITED
from tests.crash.processes import Deployment
from tests.stack.baremetal import ground

AGENTS = ("east-compute-1", "east-compute-2")
RESOURCE = f"resources:{ground.RESOURCE_CLASS}"
NOTHING = {f"resources:{name}": "0" for name in ("VCPU", "MEMORY_MB", "DISK_GB")}
COMPUTE = """\
[compute]
driver = ironic
address = {agent}
state_dir = {root}/{agent}
[ironic]
auth_type = none
endpoint_override = {url}
shard = {shard}
image_url = http://127.0.0.1:9/{{id}}
{options}
"""


class NodeRoles(Deployment):
    """`agents` is more of [ironic] of each agent, `options` more of everybody's configuration."""

    def __init__(
        self, shard: str, nodes: int, agents: dict[str, str] | None = None, options: str = ""
    ) -> None:
        self._shard = shard
        self._agents = agents or {}
        super().__init__("mariadb", cells=1, hosts=nodes, conductors=1, options=UNLIMITED + options)
        self.names = ["api", "router", "east-conductor-1", *AGENTS]
        self.flavor = ""

    def begin(self, *names: str, seconds: float = 120.0) -> None:
        """Start these processes; returns when all nodes are up, and there is a flavor for them."""
        self.start(*names)
        admin = self.as_user("admin")
        until(lambda: admin.call("GET", "/flavors")[0] == 200, "the API serves", seconds)
        until(lambda: len(self.up()) >= self.hosts, f"{self.hosts} nodes are up", seconds)
        body = {"name": "node", "vcpus": 4, "ram": 4096, "disk": 40}
        self.flavor = admin.call("POST", "/flavors", {"flavor": body})[1]["flavor"]["id"]
        specs = {"extra_specs": {**NOTHING, RESOURCE: "1"}}
        assert admin.call("POST", f"/flavors/{self.flavor}/os-extra_specs", specs)[0] == 200

    def up(self) -> set[str]:
        """Nodes that are up."""
        services = self.as_user("admin").call("GET", "/os-services?binary=nova-compute")[1]
        found = services["services"] if services else ()
        return {each["host"] for each in found if each["state"] == "up"}

    def served(self) -> dict[str, set[str]]:
        """Agent → the nodes that the cell knows it serves."""
        database = Database(self.cells[0].database, name="cell")
        try:
            rows = database.read(
                lambda c: c.exec_driver_sql("SELECT address, name FROM hosts").all()
            )
        finally:
            database.close()
        found: dict[str, set[str]] = {agent: set() for agent in AGENTS}
        for address, name in rows:
            found[address].add(name)
        return found

    def boot_on(self, node: str, name: str) -> str:
        """A server that has asked for one node; its id."""
        admin = self.as_user("admin")
        status, document = self.boot_node(admin, name, host=node)
        assert status == 202, document
        return str(document["server"]["id"])

    def boot_node(self, client: Client, name: str, **more: Any) -> tuple[int, Any]:
        client.flavors["node"] = self.flavor
        return client.boot(name, "node", networks="none", **more)

    def status(self, server: str) -> str:
        """Of a server; "" once it is gone."""
        status, document = self.as_user("admin").call("GET", f"/servers/{server}")
        return document["server"]["status"] if status == 200 else ""

    def _file_of(self, name: str) -> str:  # type: ignore[override]
        return name if name in AGENTS else super()._file_of(name)

    def _files(self) -> None:
        super()._files()
        cell = self.cells[0]
        place = f"[cell]\nname = {cell.name}\nuuid = {cell.uuid}\n"
        place += f"transport_url = {cell.transport}\n"
        for agent in AGENTS:
            text = COMPUTE.format(
                agent=agent,
                root=self.root,
                url=ground.address(),
                shard=self._shard,
                options=self._agents.get(agent, ""),
            )
            (self.root / f"{agent}.conf").write_text(place + text)
