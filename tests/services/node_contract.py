# SPDX-License-Identifier: Apache-2.0
"""What we rely on at Ironic: the same tests run against its twin and against the real one.

Whoever mixes it in says which `service`, and gives it a `node` that is available, and another.
"""

from __future__ import annotations

import time
import unittest
import uuid
from typing import Any

from nova_cells.clients.baremetal import BareMetal, Node
from nova_cells.clients.service_faults import Impossible, InUse, NotThere

PATIENCE = 60.0
INFO = {"image_source": "http://127.0.0.1/never-fetched", "ours": {"b": [2]}}
DRIVE = "H4sIAAAAAAAC/wMAAAAAAAAAAAA="


class NodeContract(unittest.TestCase):
    """Each test leaves the nodes as they were."""

    service: BareMetal
    node: str
    pause = 0.05

    def settled(self, state: str, power: str | None = None) -> Node:
        """The node, once it is so and nothing is done to it."""
        until = time.monotonic() + PATIENCE
        while True:
            found = self.service.node(self.node)
            rests = found.reservation is None and not found.target_power_state
            if rests and found.provision_state == state and power in (None, found.power_state):
                return found
            if time.monotonic() > until:
                raise AssertionError(f"{found}, not {state} {power}")
            time.sleep(self.pause)

    def reserve(self, server: str) -> Node:
        patch: list[dict[str, Any]] = [
            {"op": "add", "path": "/instance_uuid", "value": server},
            {"op": "add", "path": "/instance_info", "value": dict(INFO)},
        ]
        return self.service.change(self.node, patch)

    def given_back(self) -> Node:
        """It leaves its server, as deletes have it."""
        self.service.provision(self.node, "deleted")
        found = self.settled("available")
        self.assertEqual((None, {}), (found.instance_uuid, found.instance_info))
        return found

    def test_a_life(self) -> None:
        server, ask = str(uuid.uuid4()), self.service.provision
        self.assertEqual(server, self.reserve(server).instance_uuid)
        ask(self.node, "active", configdrive=DRIVE)
        found = self.settled("active")
        kept = {**INFO, "configdrive": DRIVE}
        self.assertLessEqual(kept.items(), dict(found.instance_info).items())
        for target, power in (("power off", "power off"), ("power on", "power on")):
            self.service.power(self.node, target)
            self.settled("active", power)
        for target in ("rebooting", "soft rebooting", "soft power off"):
            self.service.power(self.node, target)
            self.settled("active", "power off" if target.endswith("off") else "power on")
        self.reserve(server)  # Ironic fails to rebuild what it knows the kind of image of
        ask(self.node, "rebuild")
        self.settled("active")
        ask(self.node, "rescue", rescue_password="secret")
        self.settled("rescue")
        ask(self.node, "unrescue")
        found = self.settled("active")
        self.assertEqual(server, found.instance_uuid)
        self.given_back()

    def test_a_node_is_reserved_once(self) -> None:
        server = str(uuid.uuid4())
        self.reserve(server)
        self.reserve(server)
        with self.assertRaises(InUse):
            self.reserve(str(uuid.uuid4()))
        patch: list[dict[str, Any]] = [
            {"op": "remove", "path": "/instance_uuid"},
            {"op": "add", "path": "/instance_info", "value": {}},
        ]
        found = self.service.change(self.node, patch)
        self.assertEqual((None, {}), (found.instance_uuid, found.instance_info))

    def test_one_part_of_what_it_remembers(self) -> None:
        self.reserve(str(uuid.uuid4()))
        path = {"op": "add", "path": "/instance_info/ours", "value": {"c": True}}
        found = self.service.change(self.node, [path])
        self.assertEqual({**INFO, "ours": {"c": True}}, dict(found.instance_info))
        self.service.provision(self.node, "active")
        self.settled("active")
        self.given_back()

    def test_what_can_not_be_asked_now(self) -> None:
        for target in ("rebuild", "rescue", "unrescue"):
            with self.subTest(target), self.assertRaises(Impossible):
                self.service.provision(self.node, target, **_more(target))

    def test_what_is_not_there(self) -> None:
        nobody = str(uuid.uuid4())
        for ask in (
            lambda: self.service.node(nobody),
            lambda: self.service.change(nobody, [{"op": "remove", "path": "/instance_uuid"}]),
            lambda: self.service.provision(nobody, "active"),
            lambda: self.service.power(nobody, "power on"),
            lambda: self.service.vifs(nobody),
            lambda: self.service.detach_vif(nobody, nobody),
        ):
            with self.assertRaises(NotThere):
                ask()

    def test_the_list_has_it(self) -> None:
        found = {node.uuid: node for node in self.service.nodes()}
        self.assertEqual(self.service.node(self.node), found[self.node])


def _more(target: str) -> dict[str, Any]:
    return {"rescue_password": "secret"} if target == "rescue" else {}
