# SPDX-License-Identifier: Apache-2.0
"""The real WSGI application over a whole cloud in this process: two cells, fake driver, SQLite.

One cloud serves all tests of a process, so every test works in a project of its own (`self.api`
speaks for its member) and leaves quotas, policies and hosts as they were.
"""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
import time
import uuid
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import testtools
from webtest import TestApp

from nova_cells.cell.compute.agent import Agent
from nova_cells.cell.conductor.conductor import Conductor
from nova_cells.cli import config, roles, seed
from nova_cells.cli.standalone.layout import CellPlace, Layout
from nova_cells.clients import images, network
from nova_cells.global_api import cell_registry
from nova_cells.global_api.app import make_app
from nova_cells.global_api.others import OtherServices
from nova_cells.global_api.side import GlobalSide
from nova_cells.runtime import process
from nova_cells.runtime.db import Database, schema
from nova_cells.runtime.messaging import Bus
from tests.api import declared

NEWEST = "2.104"
HOSTS = 3


class TrialCloud:
    """Everything `nova-cells standalone` runs, but the HTTP server. `options`: group → values."""

    def __init__(self, root: Path, *, cells: int = 2, **options: dict[str, Any]) -> None:
        self._layout = Layout(root)
        self.conf = config.load([], [])
        self.conf.set_override("auth", "noauth", group="api")
        self.conf.set_override("driver", "fake", group="compute")
        self.conf.set_override("directory", str(self._layout.images), group="images")
        self.conf.set_override("enabled", True, group="local_network")
        for group, values in options.items():
            for name, value in values.items():
                self.conf.set_override(name, value, group=group)
        schema.upgrade(self._layout.database_url, "global_api")
        self.database = Database(self._layout.database_url, name="global")
        self.flavors = seed.flavors(self.database)
        self.images = seed.images(self._layout.images)
        self.side = GlobalSide(
            self.conf,
            self.database,
            images.from_conf(self.conf),
            deployment=self._layout.deployment(),
        )
        self.others = self.side.others
        self.local_network = self.others.network
        self.side.others = OtherServices()  # a test that wants the cells' network says so
        self.conductors: list[Conductor] = []
        self.agents: list[Agent] = []
        services: list[process.Service] = []
        for place in self._layout.cells(cells):
            services += self._cell(place)
        self._group = process.Group([*services, self.side])
        self._group.start()
        self.app = make_app(self.side)

    def _cell(self, place: CellPlace) -> list[process.Service]:
        schema.upgrade(place.database_url, "cell")
        cell_registry.create(self.database, place.uuid, place.name, place.transport_url)
        bus = Bus(place.transport_url, self.conf)
        conductor = Conductor(
            self.conf,
            Database(place.database_url, name=f"cell {place.name}"),
            bus,
            cell_uuid=place.uuid,
            cell_name=place.name,
            deployment=self._layout.deployment(),
            images=images.from_conf(self.conf),
            network=network.ports_from_conf(self.conf),
        )
        self.conductors.append(conductor)
        hosts = tuple(f"{place.name}-{number + 1}" for number in range(HOSTS))
        name = f"{place.name}-agent"
        agent = roles.make_agent(self.conf, bus, hosts, name, place.folder / "compute")
        self.agents.append(agent)
        return [conductor, agent]

    def stop(self) -> None:
        self._group.stop()
        self.database.close()


@cache
def cloud() -> TrialCloud:
    """The cloud of this process, made for the first test that asks."""
    root = Path(tempfile.mkdtemp(prefix="nova-cells-api-"))
    made = TrialCloud(root)
    atexit.register(shutil.rmtree, root, True)
    atexit.register(made.stop)
    return made


class Client:
    """Asks as one persona. A 5xx that a test did not name fails it; so does what is undeclared."""

    def __init__(self, token: str | None, prefix: str = "/v2.1", app: Any = None) -> None:
        self.token = token
        self.prefix = prefix
        self._app = TestApp(app or cloud().app)

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        version: str | None = NEWEST,
        *,
        headers: dict[str, str] | None = None,
        raw: bytes | None = None,
        expect: int | None = None,
    ) -> Any:
        """The response; `raw` is sent in place of `body`, no version header if it is None."""
        given = {"X-Auth-Token": self.token} if self.token is not None else {}
        if version is not None:
            given["OpenStack-API-Version"] = f"compute {version}"
        if body is not None or raw is not None:
            given["Content-Type"] = "application/json"
        given.update(headers or {})
        sent = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        path = self.prefix + path
        response = self._app.request(path, method=method, headers=given, body=sent, status="*")
        shown = response.json if response.body and "json" in response.content_type else None
        declared.check(response.request.environ, method, response.status_int, shown)
        wanted = (expect,) if expect is not None else range(100, 500)
        if response.status_int not in wanted:
            raise AssertionError(f"{method} {path}: {response.status} {response.text}")
        return response

    def get(self, path: str, version: str | None = NEWEST, **more: Any) -> Any:
        return self.ask("GET", path, None, version, **more)

    def post(self, path: str, body: Any, version: str | None = NEWEST, **more: Any) -> Any:
        return self.ask("POST", path, body, version, **more)

    def put(self, path: str, body: Any, version: str | None = NEWEST, **more: Any) -> Any:
        return self.ask("PUT", path, body, version, **more)

    def delete(self, path: str, version: str | None = NEWEST, **more: Any) -> Any:
        return self.ask("DELETE", path, None, version, **more)


class ApiCase(testtools.TestCase):
    """`member`, `reader`, `admin` of one new project, and `other`, a member of another."""

    def setUp(self) -> None:
        super().setUp()
        self.cloud = self.make_cloud()
        self.project = uuid.uuid4().hex
        self.member = self.client(f"demo:{self.project}")
        self.reader = self.client(f"viewer:{self.project}:reader")
        self.admin = self.client(f"admin:{self.project}")
        self.other = self.client(f"other:{uuid.uuid4().hex}")
        self.image = next(iter(self.cloud.images.values()))

    def make_cloud(self) -> TrialCloud:
        """The one that this case is about."""
        return cloud()

    def client(self, token: str) -> Client:
        """Whoever has this token, at that cloud."""
        return Client(token, app=self.cloud.app)

    def wish(self, **more: Any) -> dict[str, Any]:
        """The body of a POST /servers that is fine."""
        flavor = self.cloud.flavors["m1.nano"]
        server = {"name": "one", "flavorRef": flavor, "imageRef": self.image, "networks": "none"}
        return {"server": {**server, **more}}

    def boot(self, **more: Any) -> str:
        """The id of a server that runs."""
        made = self.member.post("/servers", self.wish(**more), expect=202)
        return self.settled(made.json["server"]["id"], "ACTIVE")

    def until(self, condition: Callable[[], Any], what: str) -> Any:
        """The first true answer of `condition`; an assertion naming `what` without one in time."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if found := condition():
                return found
            time.sleep(0.02)
        raise AssertionError(what)

    def gone(self, server_id: str) -> None:
        """Delete a server and wait until it holds nothing any more."""
        path = f"/servers/{server_id}"
        self.member.delete(path, expect=204)
        self.until(lambda: self.member.get(path).status_int == 404, f"{server_id} stays")

    def settled(self, server_id: str, status: str) -> str:
        """Wait until a server has a status and nothing is being done to it."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            server = self.admin.get(f"/servers/{server_id}", expect=200).json["server"]
            if server["status"] == status and server["OS-EXT-STS:task_state"] is None:
                return server_id
            time.sleep(0.01)
        raise AssertionError(f"{server_id} is {server['status']}, not {status}: {server}")

    def assertFault(self, response: Any, code: int, key: str, *words: str) -> None:
        """The error envelope, with these words in its message."""
        self.assertEqual((code, [key]), (response.status_int, list(response.json)))
        fault = response.json[key]
        self.assertEqual(code, fault["code"])
        for word in words:
            self.assertIn(word, fault["message"])
