# SPDX-License-Identifier: Apache-2.0
"""A cluster whose cell has real hosts: a guest boots, changes host while it runs, and goes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from kit import paths
from kit.bench.http_client import Api

from tests.cluster.test_cluster import ClusterCase
from tests.real.ground import insist

PATIENCE = 120.0
LIVE = {"host": None, "block_migration": "auto"}


class OnRealHosts(ClusterCase):
    driver = "libvirt"
    cells = 1

    @classmethod
    def setUpClass(cls) -> None:
        insist()
        super().setUpClass()
        cls.addClassCleanup(cls.hosts, "down")

    @classmethod
    def hosts(cls, *words: str) -> Any:
        command = [sys.executable, str(paths.TOOLS / "hosts"), *words]
        told = subprocess.check_output([*command, "--state-dir", str(cls.state / "hosts")])
        return json.loads(told)

    def test_a_real_guest_goes_from_host_to_host(self) -> None:
        self.assertEqual({"east-1", "east-2"}, {h["name"] for h in self.hosts("status")["hosts"]})
        api = Api(self.access)
        uuid = api.boot(self.access, "real", flavor="m1.micro")
        api.wait(uuid)
        before = self.shown(api, uuid)["OS-EXT-SRV-ATTR:host"]
        api.call("POST", f"/servers/{uuid}/action", {"os-migrateLive": LIVE})
        self.until(lambda: self.shown(api, uuid)["OS-EXT-STS:task_state"] is None)
        after = self.shown(api, uuid)
        self.assertEqual("ACTIVE", after["status"])
        self.assertEqual({"east-1", "east-2"}, {before, after["OS-EXT-SRV-ATTR:host"]})
        api.call("DELETE", f"/servers/{uuid}")
        self.until(lambda: not api.call("GET", "/servers")["servers"])

    def shown(self, api: Api, uuid: str) -> dict[str, Any]:
        return dict(api.call("GET", f"/servers/{uuid}")["server"])

    def until(self, condition: Callable[[], Any]) -> None:
        ends = time.monotonic() + PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), ends)
            time.sleep(0.1)
