# SPDX-License-Identifier: Apache-2.0
"""Where the index and a cell do not agree, found by sums of each project and repaired.

What a cell's feed is about to tell is no difference: one counts when it is there before and after a
while. The index never goes back: a row newer than what its cell knows is told, not overwritten.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection, select

from nova_cells.contracts import FaultCode, Refused
from nova_cells.global_api.db.tables.build_requests import build_requests
from nova_cells.global_api.db.tables.server_index import server_index
from nova_cells.global_api.index import write
from nova_cells.global_api.index.write import Head
from nova_cells.global_api.router import endings
from nova_cells.objects import Instance
from nova_cells.objects.sums import sums_of
from nova_cells.runtime.clock import now
from nova_cells.runtime.db import Database

LOG = logging.getLogger(__name__)
SETTLE = 2.0
_PAGE = 1000
_i = server_index.c

Versions = dict[str, tuple[int, int]]

MISSING = "missing"
"""The cell has it, the index not, or as deleted, or in another cell."""
BEHIND = "behind"
"""The cell knows a newer version."""
AHEAD = "ahead"
"""The index knows a newer version than its own cell: the cell has lost something."""
SURPLUS = "surplus"
"""The index has it in this cell, the cell does not."""


class Place(Protocol):
    """A cell that can be asked."""

    @property
    def uuid(self) -> str: ...

    @property
    def name(self) -> str: ...

    def call(self, method: str, *, deadline: float | None = None, **arguments: Any) -> Any: ...


@dataclass(frozen=True)
class Difference:
    """One server on which index and cell do not agree."""

    cell: str
    project_id: str
    uuid: str
    kind: str


class IndexCheck:
    """Compares and repairs; `settle` is the while in seconds."""

    def __init__(self, database: Database, *, settle: float = SETTLE) -> None:
        self._database = database
        self._settle = settle

    def differences(self, cell: Place) -> list[Difference]:
        """Those that last. Where nothing differs this costs one question and one statement."""
        suspected = {each for project in self._projects(cell) for each in self._of(cell, project)}
        if not suspected:
            return []
        time.sleep(self._settle)
        projects = sorted({each.project_id for each in suspected})
        again = [each for project in projects for each in self._of(cell, project)]
        return [each for each in again if each in suspected]

    def repair(self, cell: Place, difference: Difference, *, forgets: bool = True) -> bool:
        """Bring one row in line with its cell; whether that changed something.

        `forgets`: what the cell has no trace of is gone, though it may run there: the cell's
        database may be older than it. Only people decide that.
        """
        try:
            instance: Instance = cell.call("show", uuid=difference.uuid)
        except Refused as refusal:
            if refusal.code != FaultCode.INSTANCE_NOT_FOUND:
                raise
            if not forgets:
                return False
            return self._database.write(lambda c: _let_go(c, cell.uuid, difference.uuid))
        head = Head(instance.document(), cell.uuid, Instance.VERSION)
        return bool(self._database.write(lambda c: write.apply(c, [head])))

    def _projects(self, cell: Place) -> list[str]:
        """Those whose sums differ."""
        told = cell.call("sums")
        known = self._database.read(lambda c: sums_of(c.execute(_living(cell.uuid))))
        return sorted(
            project
            for project in told.keys() | known.keys()
            if told.get(project) != known.get(project)
        )

    def _of(self, cell: Place, project: str) -> Iterator[Difference]:
        here = self._database.read(lambda c: _versions(c, cell.uuid, project))
        there = dict(_told(cell, project))
        for uuid in sorted(here.keys() | there.keys()):
            kind = _kind(here.get(uuid), there.get(uuid))
            if kind is not None:
                yield Difference(cell.name, project, uuid, kind)


def _kind(here: tuple[int, int] | None, there: tuple[int, int] | None) -> str | None:
    if here == there:
        return None
    if here is None:
        return MISSING
    if there is None:
        return SURPLUS
    return BEHIND if here < there else AHEAD


def _living(cell_uuid: str) -> Any:
    return select(_i.project_id, _i.uuid, _i.epoch, _i.revision).where(
        _i.cell_uuid == cell_uuid, _i.deleted.is_(False)
    )


def _versions(connection: Connection, cell_uuid: str, project: str) -> Versions:
    rows = connection.execute(_living(cell_uuid).where(_i.project_id == project))
    return {uuid: (epoch, revision) for _project, uuid, epoch, revision in rows}


def _told(cell: Place, project: str) -> Iterator[tuple[str, tuple[int, int]]]:
    after = ""
    while page := cell.call("standings", project_id=project, after=after, limit=_PAGE):
        yield from ((uuid, (epoch, revision)) for uuid, epoch, revision in page)
        after = page[-1][0]


def _let_go(connection: Connection, cell_uuid: str, uuid: str) -> bool:
    """The cell has no such server, and nobody is having it built there: it is gone."""
    building = select(build_requests.c.uuid).where(build_requests.c.uuid == uuid)
    if connection.execute(building).first() or write.cell_of(connection, uuid) != cell_uuid:
        return False
    endings.entomb(connection, uuid, now())
    return True
