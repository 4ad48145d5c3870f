# SPDX-License-Identifier: Apache-2.0
"""Adds, changes and removes cells. Running processes notice by themselves: see `cells`.

A cell is removed only when nothing lives there: its servers would otherwise be out of reach.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from nova_cells.global_api.db.tables.cells import cells
from nova_cells.global_api.db.tables.host_index import host_index
from nova_cells.global_api.db.tables.mappings import instance_mappings
from nova_cells.global_api.db.tables.server_index import server_index
from nova_cells.global_api.faults import BadRequest, Conflict, NotFound
from nova_cells.runtime.clock import now
from nova_cells.runtime.db import Database


@dataclass(frozen=True)
class CellEntry:
    """One row. `transport_url` holds a password: show `transport` instead."""

    uuid: str
    name: str
    transport_url: str
    enabled: bool

    @property
    def transport(self) -> str:
        """The URL without its password."""
        parts = urlsplit(self.transport_url)
        where = parts.hostname or ""
        if parts.port:
            where = f"{where}:{parts.port}"
        if parts.username:
            where = f"{parts.username}:***@{where}"
        return parts._replace(netloc=where).geturl()


def create(database: Database, uuid: str, name: str, transport_url: str) -> CellEntry:
    """Make a cell known and open for builds; the same again changes nothing."""
    _check_transport(transport_url)

    def work(connection: Connection) -> CellEntry:
        same = connection.execute(
            _ENTRIES.where(or_(cells.c.uuid == uuid, cells.c.name == name))
        ).all()
        wanted = CellEntry(uuid, name, transport_url, True)
        if not same:
            moment = now()
            connection.execute(
                insert(cells).values(
                    uuid=uuid,
                    name=name,
                    transport_url=transport_url,
                    enabled=True,
                    generation=1,
                    created_at=moment,
                    updated_at=moment,
                )
            )
            return wanted
        found = CellEntry(*same[0])
        if (found.uuid, found.name, found.transport_url) != (uuid, name, transport_url):
            raise Conflict(
                f"a cell {found.name} ({found.uuid}) is there already; update it instead"
            )
        return found

    return database.write(work)


def entries(database: Database) -> list[CellEntry]:
    """All cells by name."""
    return database.read(
        lambda connection: [
            CellEntry(*row) for row in connection.execute(_ENTRIES.order_by(cells.c.name))
        ]
    )


def find(database: Database, key: str) -> CellEntry:
    """One cell by uuid or name, else `NotFound`."""
    return database.read(lambda connection: _find(connection, key))


def change(
    database: Database,
    key: str,
    *,
    name: str | None = None,
    transport_url: str | None = None,
    enabled: bool | None = None,
) -> CellEntry:
    """Rename, move or open and close a cell; what is None stays."""
    if transport_url is not None:
        _check_transport(transport_url)
    wanted = {"name": name, "transport_url": transport_url, "enabled": enabled}
    values = {column: value for column, value in wanted.items() if value is not None}

    def work(connection: Connection) -> CellEntry:
        found = _find(connection, key)
        taken = select(cells.c.uuid).where(cells.c.name == name, cells.c.uuid != found.uuid)
        if name is not None and connection.execute(taken).first():
            raise Conflict(f"another cell is named {name}")
        connection.execute(
            update(cells)
            .where(cells.c.uuid == found.uuid)
            .values(generation=cells.c.generation + 1, updated_at=now(), **values)
        )
        return _find(connection, found.uuid)

    return database.write(work)


def remove(database: Database, key: str) -> CellEntry:
    """Forget a cell in which nothing lives, else `Conflict`."""

    def work(connection: Connection) -> CellEntry:
        found = _find(connection, key)
        servers = connection.execute(_LIVING.where(server_index.c.cell_uuid == found.uuid)).scalar()
        if servers:
            raise Conflict(
                f"{servers} servers live in cell {found.name}: disable it, then move or delete them"
            )
        connection.execute(delete(host_index).where(host_index.c.cell_uuid == found.uuid))
        connection.execute(
            delete(instance_mappings).where(instance_mappings.c.cell_uuid == found.uuid)
        )
        connection.execute(delete(cells).where(cells.c.uuid == found.uuid))
        return found

    return database.write(work)


def count_servers(database: Database, uuid: str) -> int:
    """How many servers live in a cell."""
    statement = _LIVING.where(server_index.c.cell_uuid == uuid)
    return database.read(lambda connection: int(connection.execute(statement).scalar_one()))


_ENTRIES = select(cells.c.uuid, cells.c.name, cells.c.transport_url, cells.c.enabled)
_LIVING = select(func.count()).select_from(server_index).where(server_index.c.deleted.is_(False))


def _find(connection: Connection, key: str) -> CellEntry:
    row = connection.execute(_ENTRIES.where(or_(cells.c.uuid == key, cells.c.name == key))).first()
    if row is None:
        raise NotFound(f"there is no cell {key}")
    return CellEntry(*row)


def _check_transport(url: str) -> None:
    if urlsplit(url).scheme not in {"rabbit", "local"}:
        raise BadRequest("the transport URL must begin with rabbit:// (or local:// when embedded)")
