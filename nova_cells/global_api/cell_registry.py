# SPDX-License-Identifier: Apache-2.0
"""Adds, changes and removes cells. Running processes notice by themselves: see `cells`.

A cell is removed only when nothing lives there: its servers would otherwise be out of reach. No two
cells have one bus: each would be told what is meant for the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from nova_cells.clients import references
from nova_cells.global_api.bundle_generation import raise_generation
from nova_cells.global_api.cell_rules import NO_RULES, CellRules
from nova_cells.global_api.cell_states import DISABLED, ENABLED, STATES
from nova_cells.global_api.db.tables.cells import cells
from nova_cells.global_api.db.tables.host_index import host_index
from nova_cells.global_api.db.tables.mappings import instance_mappings
from nova_cells.global_api.db.tables.server_index import server_index
from nova_cells.global_api.faults import BadRequest, Conflict, NotFound
from nova_cells.runtime.clock import now
from nova_cells.runtime.db import Database, for_update


@dataclass(frozen=True)
class CellEntry:
    """One row. `transport_url` holds a password: show `transport` instead."""

    uuid: str
    name: str
    transport_url: str
    state: str
    rules: CellRules = NO_RULES

    @property
    def enabled(self) -> bool:
        """Whether it takes new servers."""
        return self.state == ENABLED

    @property
    def transport(self) -> str:
        """The URL without its password, or the reference to where it is kept."""
        return references.masked(self.transport_url)


def create(database: Database, uuid: str, name: str, transport_url: str) -> CellEntry:
    """Make a cell known and open for builds; the same again changes nothing."""
    _check_transport(transport_url)

    def work(connection: Connection) -> CellEntry:
        same = connection.execute(
            _ENTRIES.where(or_(cells.c.uuid == uuid, cells.c.name == name))
        ).all()
        wanted = CellEntry(uuid, name, transport_url, ENABLED)
        if not same:
            _be_alone(connection, transport_url, uuid)
            moment = now()
            connection.execute(
                insert(cells).values(
                    uuid=uuid,
                    name=name,
                    transport_url=transport_url,
                    state=ENABLED,
                    rules={},
                    mark=0,
                    generation=1,
                    created_at=moment,
                    updated_at=moment,
                )
            )
            return wanted
        found = _entry(same[0])
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
            _entry(row) for row in connection.execute(_ENTRIES.order_by(cells.c.name))
        ]
    )


def chosen(database: Database, key: str | None) -> list[CellEntry]:
    """The cell of this name or uuid; without one all of them."""
    return entries(database) if key is None else [find(database, key)]


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
    state: str | None = None,
    rules: dict[str, Any] | None = None,
) -> CellEntry:
    """Rename, move, open or close a cell, or say its rules; what is None stays.

    `rules` are changes: a value of None takes one back.
    """
    if transport_url is not None:
        _check_transport(transport_url)
    if enabled is not None:
        state = ENABLED if enabled else DISABLED
    if state is not None and state not in STATES:
        raise BadRequest(f"a cell has no state {state!r}; there are {', '.join(STATES)}")
    wanted = {"name": name, "transport_url": transport_url, "state": state}
    values = {column: value for column, value in wanted.items() if value is not None}

    def work(connection: Connection) -> CellEntry:
        found = _find(connection, key, lock=True)
        taken = select(cells.c.uuid).where(cells.c.name == name, cells.c.uuid != found.uuid)
        if name is not None and connection.execute(taken).first():
            raise Conflict(f"another cell is named {name}")
        if transport_url is not None:
            _be_alone(connection, transport_url, found.uuid)
        if rules is not None:
            values["rules"] = _ruled(found.rules, rules)
            if "max_hosts" in rules:
                raise_generation(connection)
        connection.execute(
            update(cells)
            .where(cells.c.uuid == found.uuid)
            .values(generation=cells.c.generation + 1, updated_at=now(), **values)
        )
        return _find(connection, found.uuid)

    return database.write(work)


def forget_mark(database: Database, key: str) -> None:
    """Take a cell for what it is now: the next mark it is asked for is its first."""

    def work(connection: Connection) -> None:
        found = _find(connection, key, lock=True)
        connection.execute(update(cells).where(cells.c.uuid == found.uuid).values(mark=0))

    database.write(work)


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


_ENTRIES = select(cells.c.uuid, cells.c.name, cells.c.transport_url, cells.c.state, cells.c.rules)
_LIVING = select(func.count()).select_from(server_index).where(server_index.c.deleted.is_(False))


def _find(connection: Connection, key: str, *, lock: bool = False) -> CellEntry:
    query = _ENTRIES.where(or_(cells.c.uuid == key, cells.c.name == key))
    row = connection.execute(for_update(query) if lock else query).first()
    if row is None:
        raise NotFound(f"there is no cell {key}")
    return _entry(row)


def _entry(row: Any) -> CellEntry:
    *plain, rules = row
    return CellEntry(*plain, CellRules.of(rules))


def _ruled(known: CellRules, changes: dict[str, Any]) -> dict[str, Any]:
    document = {**known.document(), **changes}
    said = {name: value for name, value in document.items() if value is not None}
    return CellRules.of(said).document()


def _be_alone(connection: Connection, url: str, uuid: str) -> None:
    """Refuse a bus that another cell has, whatever the password in its URL."""
    query = select(cells.c.name, cells.c.transport_url).where(cells.c.uuid != uuid)
    for name, other in connection.execute(query):
        if _place(other) == _place(url):
            raise Conflict(f"cell {name} has this bus already: each cell needs a vhost of its own")


def _place(url: str) -> tuple[str, ...]:
    if references.is_reference(url):
        return (url,)
    parts = urlsplit(url)
    hosts = parts.netloc.rpartition("@")[2]
    return (parts.scheme, hosts, parts.path.strip("/"))


def _check_transport(url: str) -> None:
    if references.is_reference(url):
        return
    if urlsplit(url).scheme not in {"rabbit", "local"}:
        raise BadRequest(
            "the transport URL must begin with rabbit:// (or local:// when embedded), "
            "or say where the URL is kept: file:/path, env:NAME or castellan:ID"
        )
