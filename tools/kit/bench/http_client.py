# SPDX-License-Identifier: Apache-2.0
"""A small HTTP client that keeps its connection: the client's own cost stays out of the figures."""

from __future__ import annotations

import http.client
import json
import time
from typing import Any

VERSION = "compute 2.104"


class Api:
    """One connection to one API as one persona; not for several threads."""

    def __init__(self, access: dict[str, Any], persona: str = "admin") -> None:
        where = access["endpoint"].removeprefix("http://")
        host, _, self._prefix = where.partition("/")
        self._connection = http.client.HTTPConnection(host, timeout=120)
        self._headers = {
            "X-Auth-Token": access["tokens"][persona],
            "OpenStack-API-Version": VERSION,
            "Content-Type": "application/json",
        }

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The parsed answer; RuntimeError for anything from 400 up."""
        data = json.dumps(body) if body is not None else None
        self._connection.request(method, f"/{self._prefix}{path}", data, self._headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:400]!r}")
        return json.loads(text) if text else None

    def raw(self, path: str) -> bytes:
        """An answer's bytes, unparsed."""
        self._connection.request("GET", f"/{self._prefix}{path}", headers=self._headers)
        return self._connection.getresponse().read()

    def boot(
        self,
        access: dict[str, Any],
        name: str,
        flavor: str = "m1.tiny",
        more: dict[str, Any] | None = None,
    ) -> str:
        """The uuid of a new server, or what `more` has it answered with."""
        image = next(iter(access["images"].values()))
        server = {
            "name": name,
            "flavorRef": access["flavors"][flavor],
            "imageRef": image,
            "networks": "none",
            **(more or {}),
        }
        answer = self.call("POST", "/servers", {"server": server})
        return answer["server"]["id"] if "server" in answer else answer["reservation_id"]

    def wait(self, uuid: str, status: str = "ACTIVE", seconds: float = 60) -> None:
        """Poll one server until it has the status."""
        until = time.monotonic() + seconds
        while True:
            server = self.call("GET", f"/servers/{uuid}")["server"]
            if server["status"] == status:
                return
            if server["status"] == "ERROR" or time.monotonic() > until:
                raise RuntimeError(f"server {uuid} is {server['status']}: {server.get('fault')}")
            time.sleep(0.004)

    def count(self, status: str) -> int:
        """How many servers have a status, by pages."""
        path, found = f"/servers?status={status}&limit=1000", 0
        while True:
            page = self.call("GET", path)["servers"]
            found += len(page)
            if len(page) < 1000:
                return found
            path = f"/servers?status={status}&limit=1000&marker={page[-1]['id']}"

    def unlimited(self, project: str) -> None:
        """Take the project's limits away: a measurement is not to meet a quota."""
        limits = {"instances": -1, "cores": -1, "ram": -1, "force": True}
        self.call("PUT", f"/os-quota-sets/{project}", {"quota_set": limits})
