# SPDX-License-Identifier: Apache-2.0
"""Server groups as far as placing their members needs them.

Whoever places a member first locks the group's row: two claims on different hosts can't both pass.
"""

from __future__ import annotations

from sqlalchemy import Connection, func, insert, select

from nova_cells.cell.db.tables import group_members, groups
from nova_cells.objects import GroupPolicy
from nova_cells.runtime.db import for_update, insert_ignore


def lock(connection: Connection, group: GroupPolicy) -> dict[str, int]:
    """Hold the group till the end of the transaction; answers its members counted by host."""
    locked = for_update(select(groups.c.uuid).where(groups.c.uuid == group.uuid))
    if connection.execute(locked).first() is None:
        row = {
            "uuid": group.uuid,
            "policy": group.policy,
            "max_server_per_host": group.max_server_per_host,
        }
        insert_ignore(connection, groups, row, ["uuid"])
        connection.execute(locked).one()
    return members(connection, group.uuid)


def members(connection: Connection, group: str) -> dict[str, int]:
    """The members of a group counted by host."""
    counted = (
        select(group_members.c.host, func.count())
        .where(group_members.c.group_uuid == group)
        .group_by(group_members.c.host)
    )
    return {row[0]: row[1] for row in connection.execute(counted)}


def add(connection: Connection, group: str, uuid: str, host: str) -> None:
    """Note where a member is; `claims.release` takes it off again."""
    connection.execute(insert(group_members), {"uuid": uuid, "group_uuid": group, "host": host})
