# SPDX-License-Identifier: Apache-2.0
"""Flavors in the database. Everything takes the connection of the caller's transaction.

A row is a `FlavorRow`; `to_object` makes of it the copy a server keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from nova_cells.global_api.db.tables.flavors import flavor_projects, flavors
from nova_cells.objects import Flavor
from nova_cells.runtime.db import for_update

_f = flavors.c
_p = flavor_projects.c


class FlavorRow(NamedTuple):
    """One flavor with its extra specs; field for field the table's columns."""

    id: int
    flavorid: str
    name: str
    vcpus: int
    memory_mb: int
    root_gb: int
    ephemeral_gb: int
    swap_mb: int
    rxtx_factor: float
    is_public: bool
    disabled: bool
    description: str | None
    extra_specs: dict[str, str]
    created_at: int
    updated_at: int | None


COLUMNS = tuple(flavors.c[name] for name in FlavorRow._fields)


class Taken(Exception):
    """The id or the name belongs to another flavor; `field` says which."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def to_object(row: FlavorRow) -> Flavor:
    """The flavor as a server keeps it."""
    values = row._asdict()
    del values["created_at"], values["updated_at"]
    return Flavor(**values)


def find(connection: Connection, flavorid: str, visible_to: str | None = None) -> FlavorRow | None:
    """A flavor by its public id; with `visible_to` only if that project may use it."""
    query = select(*COLUMNS).where(_f.flavorid == flavorid)
    if visible_to is not None:
        query = query.where(_f.is_public | has_access(visible_to))
    row = connection.execute(query).one_or_none()
    return FlavorRow(*row) if row is not None else None


def has_access(project_id: str) -> Any:
    """The condition that a project was granted a flavor."""
    return select(_p.flavor_id).where(_p.flavor_id == _f.id, _p.project_id == project_id).exists()


def create(connection: Connection, values: Mapping[str, Any]) -> None:
    """Insert a flavor. Raises `Taken` if its id or name is in use."""
    for field in ("name", "flavorid"):
        if connection.execute(select(_f.id).where(flavors.c[field] == values[field])).first():
            raise Taken(field)
    try:
        with connection.begin_nested():
            connection.execute(insert(flavors).values(**values))
    except IntegrityError as error:
        raise Taken("name") from error


def describe(connection: Connection, flavorid: str, description: str | None, now: int) -> bool:
    result = connection.execute(
        update(flavors)
        .where(_f.flavorid == flavorid)
        .values(description=description, updated_at=now)
    )
    return result.rowcount == 1


def remove(connection: Connection, flavorid: str) -> bool:
    number = select(_f.id).where(_f.flavorid == flavorid).scalar_subquery()
    connection.execute(delete(flavor_projects).where(_p.flavor_id == number))
    return connection.execute(delete(flavors).where(_f.flavorid == flavorid)).rowcount == 1


def change_extra_specs(
    connection: Connection, flavorid: str, change: Callable[[dict[str, str]], None], now: int
) -> FlavorRow | None:
    """Let `change` edit a flavor's extra specs under its row lock; None if there is no such one."""
    row = connection.execute(
        for_update(select(*COLUMNS).where(_f.flavorid == flavorid))
    ).one_or_none()
    if row is None:
        return None
    found = FlavorRow(*row)
    change(found.extra_specs)
    connection.execute(
        update(flavors)
        .where(_f.id == found.id)
        .values(extra_specs=found.extra_specs, updated_at=now)
    )
    return found
