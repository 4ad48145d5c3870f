# SPDX-License-Identifier: Apache-2.0
"""Server groups as far as placing their members needs them.

Whoever places a member first locks the group's row: two claims on different hosts can't both pass.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, func, select, true

from nova_cells.cell.db.tables import group_members, groups
from nova_cells.objects import GroupPolicy
from nova_cells.runtime.db import for_update, insert_ignore


def lock(connection: Connection, group: GroupPolicy, *, but: str | None = None) -> dict[str, int]:
    """Hold the group till the end of the transaction; answers its members as `members` does."""
    locked = for_update(select(groups.c.uuid).where(groups.c.uuid == group.uuid))
    if connection.execute(locked).first() is None:
        row = {
            "uuid": group.uuid,
            "policy": group.policy,
            "max_server_per_host": group.max_server_per_host,
        }
        insert_ignore(connection, groups, row, ["uuid"])
        connection.execute(locked).one()
    return members(connection, group.uuid, but=but)


def members(connection: Connection, group: str, *, but: str | None = None) -> dict[str, int]:
    """The members of a group counted by host, one of them left out perhaps.

    A member that moves counts on both of its hosts.
    """
    others = group_members.c.uuid != but if but is not None else true()
    counted = (
        select(group_members.c.host, func.count())
        .where(group_members.c.group_uuid == group, others)
        .group_by(group_members.c.host)
    )
    return {row[0]: row[1] for row in connection.execute(counted)}


def add(connection: Connection, group: str, uuid: str, host: str) -> None:
    """Note where a member is, or may be soon; `claims.release` takes it off again."""
    row = {"uuid": uuid, "group_uuid": group, "host": host}
    insert_ignore(connection, group_members, row, ["uuid", "host"])


def add_all(connection: Connection, group: str, hosts: Mapping[str, str]) -> None:
    """Note where many new members are: uuid → host."""
    rows = [{"uuid": uuid, "group_uuid": group, "host": host} for uuid, host in hosts.items()]
    if rows:
        insert_ignore(connection, group_members, rows, ["uuid", "host"])
