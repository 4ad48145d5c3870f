# SPDX-License-Identifier: Apache-2.0
"""Exactly as many as there is room, quota or hosts for, however many ask at once."""

from __future__ import annotations

import unittest
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.crash.client import Client, until
from tests.crash.life import UNLIMITED, Shape
from tests.crash.processes import Deployment
from tests.crash.scene import Scene
from tests.stores.base import require

HOST_MEMORY = 512
"""What is reserved on a host by default, in MiB."""


class Crowds:
    """The tests, for whatever cloud a case makes."""

    def cloud(self, options: str) -> Scene | Deployment:
        """Two cells of five hosts each, ready."""
        raise AssertionError("a case makes its cloud")

    @staticmethod
    def boot_at_once(client: Client, count: int, **how: Any) -> Counter[int]:
        """Boots asked for at the same time, by the status they were answered."""
        with ThreadPoolExecutor(min(count, 64)) as pool:
            answers = list(pool.map(lambda n: client.boot(f"crowd-{n}", **how), range(count)))
        return Counter(status for status, _document in answers)

    @staticmethod
    def finished(scene: Scene | Deployment, count: int) -> list[dict[str, Any]]:
        """All servers, once none is being built any more."""
        admin = scene.as_user("admin")

        def done() -> list[dict[str, Any]]:
            servers = admin.servers("?limit=1000")
            states = {server["status"] for server in servers}
            return servers if len(servers) == count and "BUILD" not in states else []

        return until(done, f"{count} servers built or failed", 60)

    def test_boots_for_fewer_places(self):
        room = f"[fake_driver]\nmemory_mb = {HOST_MEMORY + 10 * 64}\n"
        scene = self.cloud(UNLIMITED + room)
        self.assertEqual({202: 200}, self.boot_at_once(scene.as_user(), 200))
        servers = self.finished(scene, 200)
        self.assertEqual(
            {"ACTIVE": 100, "ERROR": 100}, Counter(server["status"] for server in servers)
        )
        for server in servers:
            if server["status"] == "ERROR":
                self.assertIn("No valid host", server["fault"]["message"])
        self.clean_up(scene, servers)

    def test_boots_against_a_quota(self):
        quota = "[quota]\ninstances = 20\ncores = -1\nram = -1\n"
        scene = self.cloud(quota)
        self.assertEqual({202: 20, 403: 30}, self.boot_at_once(scene.as_user(), 50))
        servers = self.finished(scene, 20)
        self.assertEqual({"ACTIVE": 20}, Counter(server["status"] for server in servers))
        self.clean_up(scene, servers)
        self.assertEqual({202: 20}, self.boot_at_once(scene.as_user(), 20))

    def test_boots_into_an_anti_affinity_group(self):
        scene = self.cloud(UNLIMITED)
        hints = {"group": self.group(scene.as_user(), "anti-affinity")}
        self.assertEqual({202: 30}, self.boot_at_once(scene.as_user(), 30, hints=hints))
        servers = self.finished(scene, 30)
        hosts = [host_of(server) for server in servers if server["status"] == "ACTIVE"]
        self.assertEqual((10, 10), (len(hosts), len(set(hosts))))
        self.clean_up(scene, servers)

    def test_boots_into_an_affinity_group(self):
        scene = self.cloud(UNLIMITED)
        hints = {"group": self.group(scene.as_user(), "affinity")}
        self.assertEqual({202: 30}, self.boot_at_once(scene.as_user(), 30, hints=hints))
        servers = self.finished(scene, 30)
        self.assertEqual({"ACTIVE": 30}, Counter(server["status"] for server in servers))
        self.assertEqual(1, len({host_of(server) for server in servers}))
        self.clean_up(scene, servers)

    def group(self, client: Client, policy: str) -> str:
        body = {"server_group": {"name": policy, "policy": policy}}
        status, document = client.call("POST", "/os-server-groups", body)
        self.assertEqual(200, status, document)
        return document["server_group"]["id"]

    def clean_up(self, scene: Scene | Deployment, servers: list[dict[str, Any]]) -> None:
        """What is running is whole; after all are deleted nothing is left."""
        running = [server["id"] for server in servers if server["status"] == "ACTIVE"]
        failed = [server["id"] for server in servers if server["status"] == "ERROR"]
        for uuid in failed:
            self.assertEqual(204, scene.as_user().call("DELETE", f"/servers/{uuid}")[0])
        scene.settled(running)
        with ThreadPoolExecutor(16) as pool:
            gone = pool.map(
                lambda uuid: scene.as_user().call("DELETE", f"/servers/{uuid}"), running
            )
            self.assertEqual({204}, {status for status, _ in gone})
        scene.settled([])


def host_of(server: dict[str, Any]) -> str:
    """Where an administrator sees it."""
    return str(server["OS-EXT-SRV-ATTR:host"])


class StandaloneTest(Crowds, unittest.TestCase):
    """One process, SQLite."""

    def cloud(self, options: str) -> Scene:
        scene = Scene(Shape(cells=2, hosts=5, options=options))
        self.addCleanup(scene.close)
        scene.begin()
        scene.hosts_up()
        return scene


class MariadbTest(Crowds, unittest.TestCase):
    """Two conductors in each cell over MariaDB: only the database can keep the count."""

    kind = "mariadb"

    def cloud(self, options: str) -> Deployment:
        require(self.kind)
        require("rabbitmq")
        cloud = Deployment(self.kind, cells=2, hosts=5, conductors=2, options=options)
        self.addCleanup(cloud.close)
        cloud.start()
        cloud.ready()
        return cloud


class PostgresqlTest(MariadbTest):
    """The same over PostgreSQL."""

    kind = "postgresql"
