# SPDX-License-Identifier: Apache-2.0
"""Server groups in the database. Everything takes the connection of the caller's transaction.

`lock_group`, `add_members` and `pin` are for the transaction that accepts servers: the row lock
taken first makes the member count and the pin that follow true until the commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from nova_cells.global_api.db.tables.server_groups import server_group_members, server_groups
from nova_cells.global_api.db.tables.server_index import server_index
from nova_cells.runtime.db import for_update

_g = server_groups.c
_m = server_group_members.c
_s = server_index.c

_ALL = 2**31 - 1

EVERYBODY = "*"
"""In place of a project's id; no project can be named so."""


@dataclass(frozen=True)
class Group:
    """One server group. `members` is filled only where a reader asked for it."""

    id: int
    uuid: str
    project_id: str
    user_id: str
    name: str
    policy: str
    rules: dict[str, Any]
    pinned_cell: str | None
    created_at: int
    members: tuple[str, ...] = field(default=())


def find(connection: Connection, uuid: str) -> Group | None:
    row = connection.execute(select(server_groups).where(_g.uuid == uuid)).one_or_none()
    return Group(**row._mapping) if row is not None else None


def lock_group(connection: Connection, uuid: str) -> Group | None:
    """The group, its row locked until the transaction ends; None if there is no such group."""
    query = for_update(select(server_groups).where(_g.uuid == uuid))
    row = connection.execute(query).one_or_none()
    return Group(**row._mapping) if row is not None else None


def add_members(connection: Connection, uuid: str, instances: Iterable[str]) -> int:
    """Add instances to a locked group; answers how many members it has now."""
    rows = [{"group_uuid": uuid, "instance_uuid": instance} for instance in instances]
    if rows:
        connection.execute(insert(server_group_members), rows)
    return count_members(connection, uuid)


def count_members(connection: Connection, uuid: str) -> int:
    query = select(func.count()).select_from(server_group_members).where(_m.group_uuid == uuid)
    return int(connection.execute(query).scalar_one())


def pin(connection: Connection, uuid: str, cell_uuid: str, expected: str | None = None) -> bool:
    """Bind the group to a cell if it is still bound to `expected`; answers whether it is now."""
    bound = _g.pinned_cell.is_(None) if expected is None else _g.pinned_cell == expected
    result = connection.execute(
        update(server_groups)
        .where(_g.uuid == uuid, or_(bound, _g.pinned_cell == cell_uuid))
        .values(pinned_cell=cell_uuid)
    )
    return result.rowcount == 1


def unpin_if_empty(connection: Connection, uuid: str) -> bool:
    """Take the binding off a group that has no member left."""
    nobody = ~select(_m.instance_uuid).where(_m.group_uuid == uuid).exists()
    result = connection.execute(
        update(server_groups).where(_g.uuid == uuid, nobody).values(pinned_cell=None)
    )
    return result.rowcount == 1


def remove_members(connection: Connection, instances: Sequence[str]) -> None:
    """Forget deleted instances; a group that thereby gets empty may be bound anew."""
    groups = (
        connection.execute(select(_m.group_uuid).distinct().where(_m.instance_uuid.in_(instances)))
        .scalars()
        .all()
    )
    if not groups:
        return
    connection.execute(delete(server_group_members).where(_m.instance_uuid.in_(instances)))
    for uuid in sorted(groups):
        unpin_if_empty(connection, uuid)


def groups_of(connection: Connection, instance_uuid: str) -> list[str]:
    """The uuids of the groups an instance is in: what `server_groups` of a server shows."""
    query = select(_m.group_uuid).where(_m.instance_uuid == instance_uuid).order_by(_m.group_uuid)
    return list(connection.execute(query).scalars())


def create(connection: Connection, values: dict[str, Any]) -> Group:
    """Insert a group; `values` are the columns without `id` and `pinned_cell`."""
    result = connection.execute(insert(server_groups).values(**values))
    assert result.inserted_primary_key is not None
    return Group(id=result.inserted_primary_key[0], pinned_cell=None, **values)


def remove(connection: Connection, uuid: str) -> bool:
    connection.execute(delete(server_group_members).where(_m.group_uuid == uuid))
    return connection.execute(delete(server_groups).where(_g.uuid == uuid)).rowcount == 1


def count(connection: Connection, project_id: str) -> int:
    query = select(func.count()).select_from(server_groups).where(_g.project_id == project_id)
    return int(connection.execute(query).scalar_one())


def page(
    connection: Connection, project_id: str, offset: int = 0, limit: int | None = None
) -> list[Group]:
    """Groups of a project (or `EVERYBODY`) with their living members, in one statement."""
    chosen = select(server_groups).order_by(_g.id)
    if project_id != EVERYBODY:
        chosen = chosen.where(_g.project_id == project_id)
    if limit is not None or offset:
        chosen = chosen.limit(limit if limit is not None else _ALL).offset(offset)
    return _with_members(connection, chosen)


def find_with_members(connection: Connection, uuid: str) -> Group | None:
    found = _with_members(connection, select(server_groups).where(_g.uuid == uuid))
    return found[0] if found else None


def _with_members(connection: Connection, chosen: Select[Any]) -> list[Group]:
    part = chosen.subquery()
    alive = exists().where(_s.uuid == _m.instance_uuid, _s.deleted.is_(False))
    joined = part.outerjoin(server_group_members, and_(_m.group_uuid == part.c.uuid, alive))
    query = (
        select(*part.c, _m.instance_uuid).select_from(joined).order_by(part.c.id, _m.instance_uuid)
    )
    groups: dict[int, tuple[tuple[Any, ...], list[str]]] = {}
    for *row, member in connection.execute(query):
        _, members = groups.setdefault(row[0], (tuple(row), []))
        if member is not None:
            members.append(member)
    return [Group(*row, members=tuple(members)) for row, members in groups.values()]
