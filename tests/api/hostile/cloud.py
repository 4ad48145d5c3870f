# SPDX-License-Identifier: Apache-2.0
"""A cloud of its own to attack: what is thrown at it may disable its hosts and empty its quotas."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import testtools
from webtest import TestApp

from tests.api import declared
from tests.api.harness import TrialCloud

PROJECT = "d" * 32
ADMIN = f"admin:{PROJECT}:admin,service"


class Reply(NamedTuple):
    status: int
    body: Any
    headers: Any

    @property
    def message(self) -> str:
        """Of a fault; the text of anything else."""
        if isinstance(self.body, dict):
            for fault in self.body.values():
                if isinstance(fault, dict) and "message" in fault:
                    return str(fault["message"])
        return str(self.body)


class Victim:
    """The application over a whole cloud, with one of each thing there is."""

    def __init__(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="nova-cells-hostile-"))
        self.cloud = TrialCloud(self.root)
        self.app = TestApp(self.cloud.app)
        self.ids: dict[str, str] = {
            "flavor_id": "1",
            "project": PROJECT,
            "project_id": PROJECT,
            "name": "default",
            "alias": "os-keypairs",
            "key": "a",
            "tag": "a",
            "id": "v2.1",
        }
        server = {
            "name": "victim",
            "flavorRef": self.cloud.flavors["m1.nano"],
            "imageRef": next(iter(self.cloud.images.values())),
            "networks": "none",
            "metadata": {"a": "b"},
            "tags": ["a"],
        }
        made = self.ask("POST", "/v2.1/servers", {"server": server}, 104)
        self.ids["server_id"] = made.body["server"]["id"]
        group = {"aggregate": {"name": "victim"}}
        made = self.ask("POST", "/v2.1/os-aggregates", group, 104)
        self.ids["aggregate_id"] = str(made.body["aggregate"]["id"])

    def path(self, pattern: str) -> str:
        """A path in which every variable names something, if there is such a thing."""
        return re.sub(r"{(\w+)}", lambda found: self.ids.get(found[1], "1"), pattern)

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        minor: int | None = None,
        *,
        raw: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        """What is answered; an answer that is not declared fails the test."""
        given = {"X-Auth-Token": ADMIN, "Content-Type": "application/json"}
        if minor is not None:
            given["OpenStack-API-Version"] = f"compute 2.{minor}"
        given.update(headers or {})
        sent = raw if raw is not None else b"" if body is None else encoded(body)
        request = {"method": method, "headers": given, "body": sent, "status": "*"}
        response = self.app.request(path, expect_errors=True, **request)
        shown = response.json if response.body and "json" in response.content_type else None
        declared.check(response.request.environ, method, response.status_int, shown)
        return Reply(response.status_int, shown, response.headers)

    def stop(self) -> None:
        self.cloud.stop()
        shutil.rmtree(self.root, ignore_errors=True)


def encoded(body: Any) -> bytes:
    """JSON with every character as it is."""
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")


class HostileCase(testtools.TestCase):
    """The tests of a class share a victim."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.victim = Victim()

    @classmethod
    def tearDownClass(cls) -> None:
        cls.victim.stop()
        super().tearDownClass()
