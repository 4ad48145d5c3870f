# SPDX-License-Identifier: Apache-2.0
"""Connections of servers' volumes by host. Whoever reads one holds a secret."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from nova_cells.cell.db.tables import volume_connections
from nova_cells.runtime.db import upsert

_c = volume_connections.c
_OF = select(volume_connections).where(_c.uuid == bindparam("wanted"))


def put(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """From now on these are the connections of these volumes on these hosts."""
    if rows:
        upsert(connection, volume_connections, list(rows), keys=("uuid", "volume_id", "host"))


def of_server(connection: Connection, uuid: str) -> Sequence[Row[Any]]:
    """All that a server has, on whichever host."""
    return connection.execute(_OF, {"wanted": uuid}).all()


def put_in_file(
    connection: Connection, uuid: str, volume_id: str, host: str, file: str, now: int
) -> None:
    """It is reached in another file of the same folder there; nothing where it is no file."""
    mine = (_c.uuid == uuid, _c.volume_id == volume_id, _c.host == host)
    for row in connection.execute(select(_c.connection).where(*mine)).all():
        found = in_file(row.connection, file)
        changed = update(volume_connections).where(*mine)
        connection.execute(changed.values(connection=found, updated_at=now))


def in_file(told: dict[str, Any], file: str) -> dict[str, Any]:
    """How a volume is reached that has become a file that leans on the one it was in."""
    data = told.get("data") or {}
    if "export" not in data or "name" not in data:
        return told
    return {**told, "data": {**data, "name": file, "format": "qcow2"}}


def rename(connection: Connection, uuid: str, volume_id: str, new_id: str) -> None:
    """The service calls it otherwise from now on."""
    mine = (_c.uuid == uuid, _c.volume_id == volume_id)
    connection.execute(update(volume_connections).where(*mine).values(volume_id=new_id))


def forget(
    connection: Connection, uuid: str, *, host: str | None = None, volume_id: str | None = None
) -> None:
    """They are closed: all of a server, or those of one host, or of one volume, or both."""
    gone = [_c.uuid == uuid]
    if host is not None:
        gone.append(_c.host == host)
    if volume_id is not None:
        gone.append(_c.volume_id == volume_id)
    connection.execute(delete(volume_connections).where(*gone))
