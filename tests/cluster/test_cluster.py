# SPDX-License-Identifier: Apache-2.0
"""tools/cluster as its user runs it: up, boots through every cell, killed processes, down."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from typing import Any

from kit import companions, paths
from kit.bench.http_client import Api
from kit.conformance import images

from tests.cluster.told_guests import ToldGuests


def children(parent: int) -> set[int]:
    """The living processes a process has started."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                state, above = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
                if int(above) == parent and state != "Z":
                    found.add(int(entry.name))
    return found


class ClusterCase(unittest.TestCase):
    """One cluster for the class."""

    state: Path
    access: dict[str, Any]
    db = "mariadb"
    auth = "noauth"
    cells = 2
    workers = 1
    driver = "fake"

    @classmethod
    def setUpClass(cls) -> None:
        # Not below a private folder: the databases run under accounts of their own.
        folder = tempfile.TemporaryDirectory(prefix="nova-cells-test-", dir="/var/tmp")
        cls.addClassCleanup(folder.cleanup)
        cls.state = Path(folder.name) / "cluster"
        cls.addClassCleanup(cls.tool, "down")
        size = ("--cells", str(cls.cells), "--hosts", "2", "--api-workers", str(cls.workers))
        cls.tool("up", *size, "--db", cls.db, "--auth", cls.auth, "--driver", cls.driver)
        cls.access = json.loads((cls.state / "cluster.json").read_text())
        if cls.auth == "keystone":
            cls.enter_keystone()
        Api(cls.access).unlimited(cls.access["project"])

    @classmethod
    def enter_keystone(cls) -> None:
        """Get what cluster.json has without Keystone: a token, a project and an image."""
        password = json.loads((cls.state / "plan.json").read_text())["password"]
        services = companions.up(cls.state, password, cls.access["endpoint"])
        token = services.catalog.token("admin", "admin")
        cls.access["tokens"] = {"admin": token}
        cls.access["project"] = services.catalog.project("admin")
        cls.access["images"] = images.ensure(services.glance.url, token, "blank")

    @classmethod
    def tool(cls, verb: str, *words: str) -> str:
        command = [sys.executable, str(paths.TOOLS / "cluster"), verb]
        done = subprocess.run(
            [*command, "--state-dir", str(cls.state), *words],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise AssertionError(f"tools/cluster {verb}: {done.stdout}{done.stderr}")
        return done.stdout

    def boots(self, api: Api, names: list[str]) -> list[str]:
        return [api.boot(self.access, name) for name in names]

    def cells_of(self, api: Api, uuids: list[str]) -> set[str]:
        servers: list[dict[str, Any]] = [
            api.call("GET", f"/servers/{uuid}")["server"] for uuid in uuids
        ]
        return {server["OS-EXT-SRV-ATTR:host"].rpartition("-")[0] for server in servers}


class OnMariaDB(ToldGuests, ClusterCase):
    workers = 2

    def test_many_servers_of_one_request(self) -> None:
        api = Api(self.access)
        more = {"min_count": 60, "return_reservation_id": True}
        wanted = api.boot(self.access, "many", more=more)
        until = time.monotonic() + 60
        while True:
            found = api.call("GET", f"/servers/detail?reservation_id={wanted}")["servers"]
            self.assertNotIn("ERROR", {server["status"] for server in found})
            if {server["status"] for server in found} == {"ACTIVE"}:
                break
            self.assertLess(time.monotonic(), until)
            time.sleep(0.1)
        self.assertEqual(60, len(found))
        for server in found:
            api.call("DELETE", f"/servers/{server['id']}")

    def test_a_killed_api_worker_is_replaced_while_the_other_serves(self) -> None:
        parent = json.loads(self.tool("status"))["api"]
        before = children(parent)
        self.assertEqual(self.workers, len(before))
        os.kill(min(before), signal.SIGKILL)
        for _ in range(20):
            Api(self.access).call("GET", "/flavors")
        until = time.monotonic() + 30
        while len(now := children(parent)) < self.workers or min(before) in now:
            self.assertLess(time.monotonic(), until)
            time.sleep(0.1)
        self.assertIn(max(before), now)

    def test_boots_reach_every_cell(self) -> None:
        api = Api(self.access)
        uuids = self.boots(api, [f"spread-{number}" for number in range(12)])
        for uuid in uuids:
            api.wait(uuid)
        self.assertEqual({"east", "west"}, self.cells_of(api, uuids))

    def manage(self, *words: str) -> str:
        command = [str(Path(sys.executable).parent / "nova-cells-manage"), *words]
        file = ["--config-file", str(self.state / "etc" / "global.conf")]
        done = subprocess.run([*command, *file], capture_output=True, text=True, check=False)
        self.assertEqual(0, done.returncode, done.stderr)
        return done.stdout

    def test_a_cell_is_closed_and_opened_while_all_runs(self) -> None:
        api = Api(self.access)
        self.manage("cell", "disable", "east")
        self.addCleanup(self.manage, "cell", "enable", "east")
        time.sleep(5)
        uuids = self.boots(api, [f"closed-{number}" for number in range(6)])
        for uuid in uuids:
            api.wait(uuid)
        self.assertEqual({"west"}, self.cells_of(api, uuids))
        located = json.loads(self.manage("server", "locate", uuids[0], "--format", "json"))
        self.assertIn("west", located["Cell"])
        self.assertEqual("ACTIVE".lower(), located["State"])

    def test_a_cell_with_servers_is_not_removed(self) -> None:
        api = Api(self.access)
        for uuid in self.boots(api, [f"held-{number}" for number in range(6)]):
            api.wait(uuid)
        with self.assertRaisesRegex(AssertionError, "servers live in cell west"):
            self.manage("cell", "delete", "west")

    def test_a_killed_conductor_and_agent_lose_nothing(self) -> None:
        api = Api(self.access)
        uuids = self.boots(api, [f"killed-{number}" for number in range(6)])
        pids = json.loads(self.tool("status"))
        for role in ("east-conductor", "west-compute"):
            os.kill(pids[role], signal.SIGKILL)
        uuids += self.boots(api, [f"after-{number}" for number in range(2)])
        self.tool("up")
        for uuid in uuids:
            api.wait(uuid, seconds=90)
        for uuid in uuids:
            api.call("DELETE", f"/servers/{uuid}")


class OnPostgreSQLWithKeystone(ClusterCase):
    db = "postgresql"
    auth = "keystone"
    cells = 1

    def test_life_of_a_server(self) -> None:
        api = Api(self.access)
        (uuid,) = self.boots(api, ["life"])
        api.wait(uuid)
        api.call("POST", f"/servers/{uuid}/action", {"os-stop": None})
        api.wait(uuid, "SHUTOFF")
        api.call("DELETE", f"/servers/{uuid}")
