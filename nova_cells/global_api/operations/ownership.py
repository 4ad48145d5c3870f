# SPDX-License-Identifier: Apache-2.0
"""Who has a server that is on its way to another cell; all under the lock of its mapping.

The mapping's epoch is given out, one for each attempt, before anybody has it: what is left of an
attempt that came to nothing can never be taken for a later one.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, func, select, update

from nova_cells.global_api.db.tables.build_requests import build_requests as requests
from nova_cells.global_api.db.tables.mappings import instance_mappings
from nova_cells.global_api.db.tables.operations import journal
from nova_cells.global_api.db.tables.server_groups import server_group_members, server_groups
from nova_cells.global_api.faults import Conflict, NotFound
from nova_cells.global_api.index import write
from nova_cells.global_api.index.write import Head
from nova_cells.global_api.router import build_requests
from nova_cells.journal.model import StepRefused
from nova_cells.runtime.db import for_update

MOVE = "move"
PROMISES = ("delete", "amend")
"""What a cell is to be told about a server, whichever has it then."""
_m, _o = instance_mappings.c, journal.operations.c


def movable(connection: Connection, uuid: str) -> str:
    """The cell a server is in, if it may begin to move."""
    row = _mapping(connection, uuid)
    if row is None:
        raise NotFound(f"no cell ever had a server {uuid}")
    building = select(requests.c.uuid).where(requests.c.uuid == uuid)
    if row.cell_uuid is None or connection.execute(building).first() is not None:
        raise Conflict(f"server {uuid} is in no cell, or is being built")
    found = write.document(connection, uuid)
    if found is None or found.get("deleted_at") is not None:
        raise NotFound(f"server {uuid} is deleted")
    if moving(connection, uuid):
        raise Conflict(f"server {uuid} is on its way to another cell already")
    return str(row.cell_uuid)


def moving(connection: Connection, uuid: str) -> bool:
    """Whether a move of it is under way."""
    query = select(_o.id).where(_o.subject == uuid, _o.kind == MOVE, _o.open)
    return connection.execute(query).first() is not None


def on_their_way(connection: Connection, uuids: Collection[str]) -> dict[str, list[str]]:
    """Of those among these that are moved, the cells that they go to and come from."""
    query = select(_o.subject, _o.arguments).where(_o.kind == MOVE, _o.open)
    found = connection.execute(query.where(_o.subject.in_(uuids)))
    return {
        row.subject: [row.arguments[end] for end in ("source", "to") if row.arguments.get(end)]
        for row in found
    }


def owner(connection: Connection, uuid: str) -> tuple[str | None, int] | None:
    """Cell and epoch of a server, its row locked."""
    row = _mapping(connection, uuid)
    return None if row is None else (row.cell_uuid, row.epoch)


def next_epoch(connection: Connection, uuid: str, source: str) -> int:
    """The epoch of another attempt to move a server out of `source`."""
    row = _mapping(connection, uuid)
    if row is None or row.cell_uuid != source:
        raise StepRefused("The server is not in that cell any more.")
    build_requests.own(connection, uuid, source, row.epoch + 1)
    return int(row.epoch) + 1


def insist_on_group(connection: Connection, uuid: str) -> None:
    """Members of an affinity group stay together: only the last one may leave."""
    for group, members, _pinned in _affine(connection, uuid):
        if members > 1:
            raise StepRefused(
                "The server is bound to its cell by the other members of its group.",
                f"affinity group {group}",
            )


def flip(
    connection: Connection,
    uuid: str,
    *,
    source: str,
    to: str,
    epoch: int,
    host: str | None,
    now: int,
) -> None:
    """It is the other cell's: mapping, index, what was promised, its group's binding."""
    row = _mapping(connection, uuid)
    if row is None or (row.cell_uuid, row.epoch) != (source, epoch):
        raise StepRefused("The server has another owner by now.")
    insist_on_group(connection, uuid)
    build_requests.own(connection, uuid, to, epoch)
    found = write.document(connection, uuid)
    if found is not None:
        found.update(epoch=epoch, revision=1, host=host, node=host, updated_at=now)
        write.apply(connection, [Head(found, to)])
    address_anew(connection, uuid, to, epoch)
    for group, _members, pinned in _affine(connection, uuid):
        if pinned is not None:
            bound = update(server_groups).where(server_groups.c.uuid == group)
            connection.execute(bound.values(pinned_cell=to))


def address_anew(connection: Connection, uuid: str, to: str, epoch: int) -> None:
    """Whoever is at one of these promises now is overtaken, and finds who is to be told."""
    connection.execute(
        update(journal.operations)
        .where(_o.subject == uuid, _o.open, _o.kind.in_(PROMISES))
        .values(place=to, epoch=epoch, generation=_o.generation + 1)
    )


def _mapping(connection: Connection, uuid: str) -> Any:
    query = select(_m.cell_uuid, _m.epoch).where(_m.uuid == uuid)
    return connection.execute(for_update(query)).first()


def _affine(connection: Connection, uuid: str) -> list[Any]:
    """(group, number of members, cell) of the affinity groups it is in."""
    group, member = server_groups.c, server_group_members.c
    mine = select(member.group_uuid).where(member.instance_uuid == uuid)
    query = (
        select(group.uuid, func.count(), group.pinned_cell)
        .join_from(server_groups, server_group_members, member.group_uuid == group.uuid)
        .where(group.uuid.in_(mine), group.policy == "affinity")
        .group_by(group.uuid, group.pinned_cell)
    )
    return list(connection.execute(query))
