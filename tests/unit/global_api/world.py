# SPDX-License-Identifier: Apache-2.0
"""A global side on a database of its own, with scripted cells: what most tests here stand on."""

from __future__ import annotations

import logging
import tempfile
import threading
import time
import unittest
import uuid as uuids
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, insert, update

from nova_cells.clients.identity import opts as identity_opts
from nova_cells.clients.network import opts as network_opts
from nova_cells.clients.volumes import opts as volume_opts
from nova_cells.global_api import opts
from nova_cells.global_api.db.tables import metadata
from nova_cells.global_api.db.tables.cells import cells
from nova_cells.global_api.index.query import IndexRow, ServerQuery
from nova_cells.global_api.resources.quota_sets import opts as quota_opts
from nova_cells.global_api.side import GlobalSide
from nova_cells.objects import Flavor, GroupPolicy, ImageFacts, RequestSpec
from nova_cells.runtime.clock import now, seconds
from nova_cells.runtime.config import new_config
from nova_cells.runtime.context import RequestContext
from nova_cells.runtime.db import Database
from tests.unit.global_api.scripted_cell import ScriptedCell

_Case: Any = unittest.TestCase if TYPE_CHECKING else object

PROJECT = "11111111-1111-1111-1111-111111111111"
OTHER = "22222222-2222-2222-2222-222222222222"


def context(project: str = PROJECT, **values: Any) -> RequestContext:
    """A member of a project."""
    return RequestContext(project_id=project, user_id="user", roles=("member",), **values)


def spec(project: str = PROJECT, **values: Any) -> RequestSpec:
    """A small server."""
    wanted: dict[str, Any] = {
        "uuid": str(uuids.uuid4()),
        "project_id": project,
        "user_id": "user",
        "request_id": f"req-{uuids.uuid4()}",
        "created_at": now(),
        "deadline": now() + seconds(60),
        "name": "server",
        "hostname": "server",
        "flavor": Flavor(id=1, flavorid="1", name="m1.tiny", vcpus=1, memory_mb=64, root_gb=1),
        "image": ImageFacts(id=str(uuids.uuid4()), name="guest"),
        "reservation_id": "r-12345678",
    }
    return RequestSpec(**{**wanted, **values})


def group(uuid: str, policy: str = "affinity") -> GroupPolicy:
    return GroupPolicy(uuid=uuid, name="group", policy=policy)


def configuration(**overrides: Any) -> Any:
    """Options with short times; `overrides` are group__option=value."""
    services = {**identity_opts.OPTIONS, **network_opts.OPTIONS, **volume_opts.OPTIONS}
    conf = new_config({**opts.OPTIONS, **quota_opts.OPTIONS, **services})
    quick = {
        "router__recovery_interval": 0.05,
        "router__directory_interval": 0.05,
        "router__lease": 5.0,
        "api__command_timeout": 1.0,
        "quota__instances": -1,
        "quota__cores": -1,
        "quota__ram": -1,
    }
    for name, value in {**quick, **overrides}.items():
        group_name, _, option = name.partition("__")
        conf.set_override(option, value, group=group_name)
    return conf


def make_tables(url: str) -> None:
    engine = create_engine(url)
    metadata.create_all(engine)
    engine.dispose()


class Scenario(_Case):
    """What a test of the global side can do. `side` is made by `begin`; cells come before or after.

    A case that has a `database` mixes this in.
    """

    database: Any
    side: GlobalSide

    def setUp(self) -> None:
        super().setUp()
        logging.disable(logging.CRITICAL)  # scripts fail on purpose
        self.addCleanup(logging.disable, logging.NOTSET)

    def begin(self, **overrides: Any) -> GlobalSide:
        self.side = self.make_side(**overrides)
        self.side.start()
        self.addCleanup(self._end)
        return self.side

    def _end(self) -> None:
        """Buses take a second to close, and nothing after this uses them."""
        threading.Thread(target=self.side.cells.stop, daemon=True).start()
        self.side.stop()

    def make_side(self, **overrides: Any) -> GlobalSide:
        return GlobalSide(configuration(**overrides), self.database, images=None)

    def cell(self, name: str, *, places: int = 1000, start: bool = True) -> ScriptedCell:
        made = ScriptedCell(name, places=places)
        self.addCleanup(made.close)
        if start:
            made.start()
        row = {
            "uuid": made.uuid,
            "name": name,
            "transport_url": made.url,
            "state": "enabled",
            "rules": {},
            "mark": 0,
            "generation": 1,
            "created_at": now(),
        }
        self.database.write(lambda connection: connection.execute(insert(cells), row))
        return made

    def change_cell(self, cell: ScriptedCell, **values: Any) -> None:
        statement = update(cells).where(cells.c.uuid == cell.uuid).values(**values)
        self.database.write(lambda connection: connection.execute(statement))

    def until(self, condition: Callable[[], Any], what: str = "", within: float = 5.0) -> Any:
        """Wait for something that happens by itself."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            found = condition()
            if found:
                return found
            time.sleep(0.005)
        raise AssertionError(f"did not happen within {within} s: {what or condition}")

    def known(self, *expected: ScriptedCell) -> None:
        """Wait until the side has heard of these cells."""
        for cell in expected:
            self.until(
                lambda cell=cell: (
                    (handle := self.side.cells.get(cell.uuid)) is not None and handle.known
                ),
                f"cell {cell.name} heard",
            )

    def boot(self, **values: Any) -> str:
        """Accept one server."""
        wanted = spec(**values)
        group_uuid = wanted.group.uuid if wanted.group is not None else None
        self.side.acceptance.accept(context(), [wanted], group_uuid=group_uuid)
        return str(wanted.uuid)

    def row(self, uuid: str) -> IndexRow:
        row = self.side.index.get(uuid)
        assert row is not None
        return row

    def placed(self, uuid: str, within: float = 5.0) -> IndexRow:
        """Wait until a cell has it."""
        self.until(lambda: self.row(uuid).cell_uuid, f"{uuid} placed", within)
        return self.row(uuid)

    def failed(self, uuid: str, within: float = 5.0) -> IndexRow:
        """Wait until it is in ERROR."""
        self.until(lambda: self.row(uuid).document["vm_state"] == "error", "ERROR", within)
        return self.row(uuid)

    def uuids(self, **query: Any) -> list[str]:
        return [row.uuid for row in self.side.index.list(ServerQuery(**query))]


class World(Scenario, unittest.TestCase):
    """A scenario on a SQLite database of its own."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="nova-cells-global-")
        self.addCleanup(folder.cleanup)
        url = f"sqlite:///{folder.name}/global.db"
        make_tables(url)
        self.database = Database(url, name="global")
        self.addCleanup(self.database.close)
        super().setUp()
