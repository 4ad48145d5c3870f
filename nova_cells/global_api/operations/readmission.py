# SPDX-License-Identifier: Apache-2.0
"""What a cell that was not believed for a while has that is not so any more.

A mapping's epoch is given out anew for each server that the index knows a newer state of, so that
whatever comes from before counts no more: not the index's state, and not what an old copy says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from nova_cells.global_api.db.tables.mappings import instance_mappings
from nova_cells.global_api.db.tables.operations import journal
from nova_cells.global_api.db.tables.server_index import server_index
from nova_cells.global_api.operations import ownership
from nova_cells.global_api.router import build_requests
from nova_cells.journal.model import Result
from nova_cells.runtime.db import for_update

_m, _i, _o = instance_mappings.c, server_index.c, journal.operations.c
Standing = tuple[int, int]


def differing(
    connection: Connection, cell: str, found: dict[str, Standing]
) -> list[dict[str, Any]]:
    """What the cell is to be told of these of its servers, (epoch, revision) each.

    One that nobody here has heard of is left alone: the comparison of index and cells finds it.
    """
    mappings = select(_m.uuid, _m.cell_uuid, _m.epoch).where(_m.uuid.in_(found)).order_by(_m.uuid)
    known = _known(connection, list(found))
    rows = []
    for owner in connection.execute(for_update(mappings)).all():
        epoch = _told(connection, owner, cell, found[owner.uuid], known.get(owner.uuid))
        if epoch is not None:
            gone = owner.uuid in known and known[owner.uuid].deleted
            row = {"uuid": owner.uuid, "known": found[owner.uuid][0], "epoch": epoch}
            rows.append({**row, "ours": owner.cell_uuid == cell and not gone})
    return rows


def _told(
    connection: Connection, owner: Any, cell: str, standing: Standing, known: Any
) -> int | None:
    """The epoch it is to have there; None where all is well, or is settled by a move in hand."""
    kinds = ownership.WITH_SOURCE
    if owner.cell_uuid is None or ownership.moving(connection, owner.uuid, kinds):
        return None
    if owner.cell_uuid != cell:
        return int(owner.epoch)
    if known is None or standing >= (known.epoch, known.revision):
        return None
    build_requests.own(connection, owner.uuid, cell, owner.epoch + 1)
    return int(owner.epoch) + 1


@dataclass(frozen=True)
class Arrival:
    """A move to the cell that is over. `key`: by which the cell knew its half; `stays`: it is its
    own since."""

    uuid: str
    key: str
    epoch: int
    stays: bool


def arrivals(connection: Connection, cell: str) -> list[Arrival]:
    """All attempts to bring a server there. A copy of the cell may wait for ever to be told."""
    over = select(_o.id, _o.subject, _o.arguments, _o.result, _m.cell_uuid, _m.epoch)
    over = over.outerjoin_from(journal.operations, instance_mappings, _m.uuid == _o.subject).where(
        _o.kind.in_(ownership.KINDS), _o.open.is_(False)
    )
    found = []
    for row in connection.execute(over.order_by(_o.started_at)):
        told = row.arguments
        for attempt, tried in enumerate(told.get("tried", ()), start=1):
            if tried == cell:
                last = attempt == len(told["tried"]) and row.result == Result.DONE
                stays = last and (row.cell_uuid, row.epoch) == (cell, told["epoch"])
                key = f"{row.id}/{attempt}"
                found.append(Arrival(row.subject, key, told["epoch"], stays))
    return found


def _known(connection: Connection, uuids: list[str]) -> dict[str, Any]:
    wanted = select(_i.uuid, _i.epoch, _i.revision, _i.deleted).where(_i.uuid.in_(uuids))
    return {row.uuid: row for row in connection.execute(wanted)}
