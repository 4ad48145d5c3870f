# SPDX-License-Identifier: Apache-2.0
"""Lists of flavors: what a caller may see, filtered, sorted and paged in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Integer, Select, and_, cast, func, or_, select

from nova_cells.global_api.db.tables.flavors import flavors
from nova_cells.global_api.faults import MarkerNotFound
from nova_cells.global_api.resources.flavors.store import COLUMNS, FlavorRow, has_access

_f = flavors.c

SORT_KEYS: dict[str, Any] = {
    "created_at": _f.created_at,
    "description": func.coalesce(_f.description, ""),
    "disabled": cast(_f.disabled, Integer),
    "ephemeral_gb": _f.ephemeral_gb,
    "flavorid": _f.flavorid,
    "id": _f.id,
    "is_public": cast(_f.is_public, Integer),
    "memory_mb": _f.memory_mb,
    "name": _f.name,
    "root_gb": _f.root_gb,
    "rxtx_factor": _f.rxtx_factor,
    "swap": _f.swap_mb,
    "updated_at": func.coalesce(_f.updated_at, 0),
    "vcpu_weight": _f.id,
    "vcpus": _f.vcpus,
}


@dataclass(frozen=True)
class FlavorQuery:
    """What to list. `project_id` also sees the private flavors it was granted, unless private
    ones are asked for; `is_public` None means all there are."""

    project_id: str | None = None
    is_public: bool | None = True
    enabled_only: bool = False
    min_ram: int = 0
    min_disk: int = 0
    name: str | None = None
    sort_key: str = "flavorid"
    descending: bool = False
    marker: str | None = None
    limit: int | None = None


def page(connection: Connection, query: FlavorQuery) -> list[FlavorRow]:
    statement = _filtered(select(*COLUMNS), query)
    key = SORT_KEYS[query.sort_key]
    if query.marker is not None:
        statement = statement.where(_after(connection, query, key))
    order = [key, _f.id]
    statement = statement.order_by(*[c.desc() if query.descending else c.asc() for c in order])
    if query.limit is not None:
        statement = statement.limit(query.limit)
    return [FlavorRow(*row) for row in connection.execute(statement)]


def _filtered(statement: Select[Any], query: FlavorQuery) -> Select[Any]:
    if query.is_public is not None:
        visible: Any = _f.is_public.is_(query.is_public)
        if query.is_public and query.project_id is not None:
            visible = or_(visible, has_access(query.project_id))
        statement = statement.where(visible)
    if query.enabled_only:
        statement = statement.where(_f.disabled.is_(False))
    if query.min_ram:
        statement = statement.where(_f.memory_mb >= query.min_ram)
    if query.min_disk:
        statement = statement.where(_f.root_gb >= query.min_disk)
    if query.name is not None:
        statement = statement.where(_f.name == query.name)
    return statement


def _after(connection: Connection, query: FlavorQuery, key: Any) -> Any:
    """The condition of standing behind the marker in the list's order."""
    found = connection.execute(select(key, _f.id).where(_f.flavorid == query.marker)).one_or_none()
    if found is None:
        raise MarkerNotFound(str(query.marker))
    value, number = found
    if query.descending:
        return or_(key < value, and_(key == value, _f.id < number))
    return or_(key > value, and_(key == value, _f.id > number))
