# SPDX-License-Identifier: Apache-2.0
"""Which agents share the hosts of a group: who has been silent is none of them any more."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from nova_cells.cell.db.tables import agent_members
from nova_cells.runtime.db import upsert


def join(connection: Connection, group: str, address: str, now: int) -> None:
    """It is there."""
    row = {"group_name": group, "address": address, "seen_at": now}
    upsert(connection, agent_members, row, ["group_name", "address"])


def leave(connection: Connection, group: str, address: str) -> None:
    """It goes, and says so."""
    mine = (agent_members.c.group_name == group, agent_members.c.address == address)
    connection.execute(delete(agent_members).where(*mine))


def was_silent(connection: Connection, group: str, address: str, before: int) -> bool:
    """Whether a member of the group has not been seen since."""
    mine = (agent_members.c.group_name == group, agent_members.c.address == address)
    seen = connection.scalar(select(agent_members.c.seen_at).where(*mine))
    return seen is not None and seen < before


def drop_silent(connection: Connection, group: str, before: int) -> None:
    """Forget those of a group not seen since."""
    mine = agent_members.c.group_name == group
    connection.execute(delete(agent_members).where(mine, agent_members.c.seen_at < before))


def of_group(connection: Connection, group: str) -> list[str]:
    """Their addresses."""
    wanted = select(agent_members.c.address).where(agent_members.c.group_name == group)
    return list(connection.scalars(wanted.order_by(agent_members.c.address)))
