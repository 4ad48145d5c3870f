# SPDX-License-Identifier: Apache-2.0
"""Two agents, processes on RabbitMQ, share nodes; one of them is killed in the middle of work."""

from __future__ import annotations

import unittest
import uuid as uuids

from nova_cells.cell.compute.fleet import owner
from tests.crash.client import until
from tests.stack.baremetal import ground
from tests.stack.baremetal.roles import AGENTS, NodeRoles
from tests.stores.base import require

NODES = 4
QUICK = "[conductor]\ngroup_silence = 4\nservice_down_time = 60\n"
NEVER_LOOKS = "wait_interval = 600\npoll_interval = 1\n"
LOOKS = "wait_interval = 0.1\npoll_interval = 1\n"
"""The agent that is to die asks for a deployment and does not look at it again."""


def shared_evenly() -> list[str]:
    """Uuids of nodes of which each agent serves as many."""
    found: dict[str, list[str]] = {agent: [] for agent in AGENTS}
    while not all(len(nodes) >= NODES // 2 for nodes in found.values()):
        uuid = str(uuids.uuid4())
        found[owner(uuid, AGENTS)].append(uuid)
    return [uuid for nodes in found.values() for uuid in nodes[: NODES // 2]]


class KilledTest(unittest.TestCase):
    def setUp(self) -> None:
        require("mariadb")
        require("rabbitmq")
        ground.address()
        self.nodes = {ground.add_node("takeover", uuid=uuid) for uuid in shared_evenly()}
        for node in self.nodes:
            self.addCleanup(ground.remove_node, node)
        agents = dict(zip(AGENTS, (NEVER_LOOKS, LOOKS), strict=True))
        self.cloud = NodeRoles("takeover", NODES, agents, QUICK)
        self.addCleanup(self.cloud.close)
        self.cloud.begin(*self.cloud.names)

    def test_the_other_has_its_nodes_and_ends_its_work(self) -> None:
        cloud, (first, second) = self.cloud, AGENTS
        until(lambda: len(cloud.served()[first]) == NODES // 2, "each serves its half")
        both = cloud.served()
        self.assertEqual(self.nodes, both[first] | both[second])
        node = min(both[first])
        begun = cloud.boot_on(node, "begun")
        until(lambda: ground.node(node)["instance_uuid"] == begun, "the node is reserved")
        until(lambda: ground.node(node)["provision_state"] == "active", "Ironic has deployed it")
        self.assertEqual("BUILD", cloud.status(begun))
        cloud.kill(first)
        until(lambda: cloud.served()[second] == self.nodes, "the other serves all", 60)
        until(lambda: cloud.status(begun) == "ACTIVE", "the work is ended", 60)
        self.assertEqual(begun, ground.node(node)["instance_uuid"])
        other = max(both[first] - {node})
        fresh = cloud.boot_on(other, "fresh")
        until(lambda: cloud.status(fresh) == "ACTIVE", "its other nodes are usable", 60)
        for server in (begun, fresh):
            cloud.as_user("admin").call("DELETE", f"/servers/{server}")
        until(lambda: not cloud.status(begun) + cloud.status(fresh), "they are gone", 60)
        for used in (node, other):
            self.assertEqual((None, {}), self.left(used))

    def left(self, node: str) -> tuple[str | None, dict[str, object]]:
        found = ground.node(node)
        return found["instance_uuid"], found["instance_info"]
