# SPDX-License-Identifier: Apache-2.0
"""Conductor or agent dies before or after each commit, message, step and request to Ironic: another
agent, which remembers nothing, goes on, and in the end no node has anything that it should not.

Ironic is a twin; tests/services/node_contract.py says what it has in common with the real one.
"""

from __future__ import annotations

from typing import Any

from tests.crash.nodes import HOSTS, MortalTwin, NodeWorld
from tests.crash.served import Twins
from tests.unit.cell.conductor import test_crashes
from tests.unit.cell.conductor.test_crashes import Visits
from tests.unit.cell.conductor.world import World, conf

CASES = ("build", "delete", "stop", "start", "reboot", "rebuild", "rescue", "unrescue")
FREE = ("available", None, {}, frozenset())


class NodeCrashCase(test_crashes.CrashCase):
    """`burns`: the first node that is tried can't be deployed."""

    hosts = HOSTS
    burns = False

    def setUp(self) -> None:
        super().setUp()
        conf().set_override("enabled", False, group="local_network")
        self.addCleanup(conf().set_override, "enabled", True, group="local_network")

    def world(self) -> NodeWorld:
        self.twin, self.twins = MortalTwin(burns=self.burns), Twins(())
        return NodeWorld(self.database, self.twin, self.twins)

    def ports(self, world: World, documents: list[dict[str, Any]]) -> list[Any]:
        """What nodes and network have, which must be what the head says."""
        living = [document for document in documents if not document["deleted_at"]]
        head = living[0] if living else None
        made = {port["id"] for port in self.twins.neutron.ports.of(test_crashes.UUID)}
        said = {nic["id"] for nic in head["nics"]} if head else set()
        self.assertEqual(said, made)
        for name in set(HOSTS) - {head["host"] if head else None}:
            self.assertEqual(FREE, self.seen(name), "a node that nobody has")
        if head is None:
            return [len(self.twins.neutron.ports.known)]
        state, holder, info, vifs = self.seen(head["host"])
        self.assertEqual((test_crashes.UUID, said), (holder, vifs))
        self.assertTrue(info["configdrive"])
        power = self.twin.known[head["host"]].power_state
        return [state, power, info["display_name"], len(self.twins.neutron.ports.known)]

    def seen(self, name: str) -> tuple[Any, ...]:
        node = self.twin.known[name]
        vifs = frozenset(self.twin.ports.get(name, ()))
        return node.provision_state, node.instance_uuid, dict(node.instance_info), vifs


class NodesTest(NodeCrashCase):
    """One method a kind is added below."""


def _method(kind: str) -> Any:
    def test(self: NodeCrashCase) -> None:
        calm = Visits()
        expected = self.run_through(kind, calm)
        asked = [point for point in calm.seen if point.startswith("ironic:")]
        self.assertTrue(asked, calm.seen)
        for point in range(1, len(calm.seen) + 1):
            with self.subTest(f"{kind} {point}: {calm.seen[point - 1]}"):
                self.assertEqual(expected, self.run_through(kind, Visits(point)))

    return test


class BurningNodeTest(NodeCrashCase):
    """One can't be deployed."""

    burns = True
    test_a_server_goes_to_another_node = _method("build")


for _kind in CASES:
    setattr(NodesTest, f"test_{_kind}_leaves_nodes_as_their_server_is", _method(_kind))
