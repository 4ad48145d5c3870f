# SPDX-License-Identifier: Apache-2.0
"""Three cells as an operator lives with them: one is emptied, one dies, one is taken in afresh."""

from __future__ import annotations

import http.client
import json
import os
import signal
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

from kit.bench import drain
from kit.bench.http_client import VERSION, Api

from tests.cluster.test_cluster import ClusterCase

PATIENCE = 120.0
AT_ONCE = 3.0  # seconds: the longest that a dead cell may cost anybody
TO_BE_KNOWN = 30.0  # seconds; alone on a machine it is one


class ThreeCells(ClusterCase):
    """NOVA_CELLS_DRAINED: how many servers are moved out of a cell."""

    cells = 3

    def setUp(self) -> None:
        self.manage = drain.Manage(self.state)
        self.anew()

    def anew(self) -> None:
        """A connection that is idle for long is closed by the API."""
        self.api = Api(self.access)

    def until(self, condition: Callable[[], Any]) -> None:
        ends = time.monotonic() + PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), ends)
            time.sleep(0.2)

    def remove(self, uuids: list[str]) -> None:
        self.anew()
        for uuid in uuids:
            self.api.call("DELETE", f"/servers/{uuid}")

    def test_a_cell_added_takes_part_within_seconds(self) -> None:
        uuid = self.fleet()["north"]["uuid"]
        self.manage("cell", "delete", "north")
        self.until(lambda: "north" not in self.fleet())
        url = self.transport_of("north")
        self.manage("cell", "create", "--name", "north", "--uuid", uuid, transport_url=url)
        began = time.monotonic()
        self.until(lambda: self.fleet().get("north", {}).get("fresh"))
        self.assertLess(time.monotonic() - began, TO_BE_KNOWN)

    def test_a_cell_is_emptied_and_no_request_fails(self) -> None:
        count = int(os.environ.get("NOVA_CELLS_DRAINED", "16"))
        found = drain.measure(self.access, self.state, count)
        self.addCleanup(self.remove, found["uuids"])
        self.assertEqual((0, []), (found["failed"], found["failures"]))
        self.assertEqual([], found["not_elsewhere"])
        self.assertEqual(found["paused"]["left"], found["paused"]["left_later"])
        self.assertGreater(found["requests"], count)

    def test_a_cell_dies_and_comes_back(self) -> None:
        kept, deleted = (self.boot_on("east-1", name) for name in ("kept", "deleted"))
        elsewhere = self.boot_on("west-1", "elsewhere")
        os.kill(json.loads(self.tool("status"))["east-conductor"], signal.SIGKILL)
        try:
            self.refused_at_once(kept)
            self.accepted_meanwhile(kept, deleted)
            self.until(lambda: self.shown(kept)["status"] == "UNKNOWN")
            self.assertNotIn("name", self.listed()[kept])
            self.assertEqual("ACTIVE", self.listed()[elsewhere]["status"])
            self.assertFalse(self.fleet()["east"]["answers"])
        finally:
            self.tool("up")
        self.anew()
        self.until(lambda: self.shown(kept)["status"] == "ACTIVE")
        self.assertEqual("yes", self.shown(kept)["metadata"]["while away"])
        self.until(lambda: deleted not in self.listed())
        self.api.call("POST", f"/servers/{kept}/action", {"reboot": {"type": "HARD"}})
        self.api.wait(kept)
        self.remove([kept, elsewhere])

    def boot_on(self, host: str, name: str) -> str:
        """A server that runs there."""
        uuid: str = self.api.boot(self.access, name, more={"host": host})
        self.api.wait(uuid)
        return uuid

    def refused_at_once(self, uuid: str) -> None:
        """From the second on nobody waits."""
        self.stop(uuid)
        self.until(lambda: self.stop(uuid)[0] < AT_ONCE)
        for _ in range(5):
            taken, status, retry_after = self.stop(uuid)
            self.assertEqual((503, True), (status, int(retry_after or 0) > 0))
            self.assertLess(taken, AT_ONCE)

    def stop(self, uuid: str) -> tuple[float, int, str | None]:
        """Seconds, status and Retry-After of one try."""
        host = self.access["endpoint"].removeprefix("http://").partition("/")[0]
        headers = {"X-Auth-Token": self.access["tokens"]["admin"]}
        headers |= {"OpenStack-API-Version": VERSION, "Content-Type": "application/json"}
        with closing(http.client.HTTPConnection(host, timeout=60)) as connection:
            began = time.monotonic()
            path, body = f"/v2.1/servers/{uuid}/action", json.dumps({"os-stop": None})
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            answer.read()
            taken = time.monotonic() - began
            return taken, answer.status, answer.getheader("Retry-After")

    def accepted_meanwhile(self, kept: str, deleted: str) -> None:
        told = {"metadata": {"while away": "yes"}}
        self.api.call("POST", f"/servers/{kept}/metadata", told)
        self.assertEqual("yes", self.shown(kept)["metadata"]["while away"])
        self.api.call("DELETE", f"/servers/{deleted}")
        self.assertEqual("deleting", self.shown(deleted)["OS-EXT-STS:task_state"])
        self.assertIn(kept, self.listed())

    def transport_of(self, cell: str) -> str:
        text = (self.state / "etc" / f"{cell}-conductor.conf").read_text()
        [url] = [line for line in text.splitlines() if line.startswith("transport_url")]
        return url.partition("=")[2].strip()

    def fleet(self) -> dict[str, dict[str, Any]]:
        root = self.access["endpoint"].removesuffix("/v2.1")
        api = Api({**self.access, "endpoint": f"{root}/cells/v1"})
        return {cell["name"]: cell for cell in api.call("GET", "/cells")["cells"]}

    def shown(self, uuid: str) -> dict[str, Any]:
        return dict(self.api.call("GET", f"/servers/{uuid}")["server"])

    def listed(self) -> dict[str, Any]:
        return {each["id"]: each for each in self.api.call("GET", "/servers/detail")["servers"]}
