# SPDX-License-Identifier: Apache-2.0
"""Who has a server that is on its way to another cell; all under the lock of its mapping.

The mapping's epoch is given out, one for each attempt, before anybody has it: what is left of an
attempt that came to nothing can never be taken for a later one.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, func, select, update

from nova_cells.global_api.cell_states import DRAINING, FENCED
from nova_cells.global_api.db.tables.build_requests import build_requests as requests
from nova_cells.global_api.db.tables.cells import cells
from nova_cells.global_api.db.tables.mappings import instance_mappings
from nova_cells.global_api.db.tables.operations import journal
from nova_cells.global_api.db.tables.server_groups import server_group_members, server_groups
from nova_cells.global_api.faults import Conflict, NotFound
from nova_cells.global_api.index import write
from nova_cells.global_api.index.write import Head
from nova_cells.global_api.router import build_requests
from nova_cells.journal.model import StepRefused
from nova_cells.runtime.db import for_update

MOVE, EVACUATE = "move", "evacuate"
KINDS = (MOVE, EVACUATE)
"""Operations by which a server goes to another cell, its owner not asked."""
WITH_SOURCE = (MOVE,)
"""Those of them in which the cell that it leaves takes part."""
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


def moving(connection: Connection, uuid: str, kinds: Collection[str] = KINDS) -> bool:
    """Whether a move of it is under way."""
    query = select(_o.id).where(_o.subject == uuid, _o.kind.in_(kinds), _o.open)
    return connection.execute(query).first() is not None


def on_their_way(connection: Connection, uuids: Collection[str]) -> dict[str, list[str]]:
    """Of those among these that are moved, the cells that they go to and come from."""
    query = select(_o.subject, _o.arguments).where(_o.kind.in_(KINDS), _o.open)
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


def insist_on_group(connection: Connection, uuid: str, source: str, to: str) -> None:
    """Members of an affinity group stay together: the last one may leave, or all of them.

    All leave a cell that is emptied. The first to arrive binds the others to where it is.
    """
    for group, members, pinned in _affine(connection, uuid):
        bound = pinned not in (None, source, to)
        if bound or (members > 1 and pinned != to and not _is_left(connection, source)):
            raise StepRefused(
                "The server is bound to its cell by the other members of its group.",
                f"affinity group {group}",
            )


def bound_to(connection: Connection, uuid: str, source: str) -> str | None:
    """The cell to which other members of its affinity group have gone already."""
    pins = (pinned for _group, _members, pinned in _affine(connection, uuid))
    return next((pinned for pinned in pins if pinned not in (None, source)), None)


def insist_on_fence(connection: Connection, cell: str) -> None:
    """Nothing is taken from a cell that may have it still; held until the transaction ends."""
    query = for_update(select(cells.c.state).where(cells.c.uuid == cell))
    if connection.execute(query).scalar() != FENCED:
        raise StepRefused("The cell of the server is not fenced: move the server instead.")


def _is_left(connection: Connection, cell: str) -> bool:
    state = connection.execute(select(cells.c.state).where(cells.c.uuid == cell)).scalar()
    return state in (DRAINING, FENCED)


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
    _held(connection, uuid)
    insist_on_group(connection, uuid, source, to)
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


def _held(connection: Connection, uuid: str) -> None:
    """Nobody else binds or moves its groups until the transaction ends."""
    mine = select(server_group_members.c.group_uuid).where(
        server_group_members.c.instance_uuid == uuid
    )
    query = select(server_groups.c.uuid).where(server_groups.c.uuid.in_(mine))
    connection.execute(for_update(query.order_by(server_groups.c.uuid))).all()
