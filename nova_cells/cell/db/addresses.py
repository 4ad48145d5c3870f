# SPDX-License-Identifier: Apache-2.0
"""Who has which address of the local network. The primary key decides between two who want one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Insert, and_, bindparam, delete, select
from sqlalchemy.dialects import mysql, postgresql, sqlite

from nova_cells.cell.db.tables import addresses, claims, instances

_INSERTS: dict[str, Insert] = {
    "mysql": mysql.insert(addresses).prefix_with("IGNORE"),
    "postgresql": postgresql.insert(addresses).on_conflict_do_nothing(),
    "sqlite": sqlite.insert(addresses).on_conflict_do_nothing(),
}
_TAKEN = select(addresses.c.address).where(addresses.c.network_id == bindparam("wanted"))
_FREE = delete(addresses).where(addresses.c.uuid == bindparam("wanted"))
_FREE_PORT = delete(addresses).where(addresses.c.port_id == bindparam("wanted"))
_HERE = (
    select(addresses.c.uuid)
    .join(
        claims,
        and_(claims.c.uuid == addresses.c.uuid, claims.c.host == bindparam("wanted_host")),
    )
    .join(instances, instances.c.uuid == addresses.c.uuid)
    .where(addresses.c.address == bindparam("wanted_address"), instances.c.deleted_at.is_(None))
)


def take(connection: Connection, rows: list[dict[str, Any]]) -> set[str]:
    """Take these addresses for their ports; answers the ports that got theirs."""
    if not rows:
        return set()
    insert = _INSERTS[connection.dialect.name]
    if len(rows) == 1:
        taken = connection.execute(insert, rows[0]).rowcount == 1
        return {rows[0]["port_id"]} if taken else set()
    in_order = sorted(rows, key=lambda row: (row["network_id"], row["address"]))
    connection.execute(insert, in_order)
    uuids = {row["uuid"] for row in rows}
    mine = select(addresses.c.port_id).where(addresses.c.uuid.in_(uuids))
    return set(connection.scalars(mine)) & {row["port_id"] for row in rows}


def taken(connection: Connection, network_id: str) -> set[str]:
    """Every address in use."""
    return set(connection.scalars(_TAKEN, {"wanted": network_id}))


def free(connection: Connection, uuid: str) -> None:
    """All that a server has."""
    connection.execute(_FREE, {"wanted": uuid})


def free_all(connection: Connection, uuids: list[str]) -> None:
    """All that these servers have."""
    if uuids:
        connection.execute(delete(addresses).where(addresses.c.uuid.in_(uuids)))


def free_port(connection: Connection, port_id: str) -> None:
    """What one port has."""
    connection.execute(_FREE_PORT, {"wanted": port_id})


def server_at(connection: Connection, host: str, address: str) -> str | None:
    """The living server that has this address and a claim on this host: nobody else's."""
    wanted = {"wanted_host": host, "wanted_address": address}
    found: str | None = connection.scalars(_HERE, wanted).first()
    return found
