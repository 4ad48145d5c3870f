# SPDX-License-Identifier: Apache-2.0
"""How many more servers of each flavor fit, by zone and cell, from what cells have published.

All in memory but the page of flavors; a host that may do for two flavors counts for both.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from nova_cells.global_api.admin.readings.finding import ordered
from nova_cells.global_api.db.tables.flavors import flavors
from nova_cells.global_api.router.capacity import Ask

_f = flavors.c


def page(side: Any, marker: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Flavors behind the one of this id, in the order of their ids."""
    rows = side.database.read(lambda c: _rows(c, marker, limit + 1))
    found = [_flavor(side, row) for row in rows[:limit]]
    return found, found[-1]["flavor"] if len(rows) > limit and found else None


def free(side: Any) -> list[dict[str, Any]]:
    """What is free in each cell, added up: for the plot."""
    return [
        {
            "cell": cell.name,
            "answers": cell.answers,
            **{name: _sum(cell, name) for name in ("vcpus", "memory_mb", "disk_gb")},
        }
        for cell in ordered(side)
    ]


def _rows(connection: Connection, marker: str | None, limit: int) -> list[Any]:
    names = (_f.flavorid, _f.name, _f.vcpus, _f.memory_mb, _f.root_gb, _f.ephemeral_gb)
    query = select(*names, _f.swap_mb).where(_f.disabled.is_(False))
    if marker is not None:
        query = query.where(_f.flavorid > marker)
    return list(connection.execute(query.order_by(_f.flavorid).limit(limit)))


def _flavor(side: Any, row: Any) -> dict[str, Any]:
    disk = row.root_gb + row.ephemeral_gb + -(-row.swap_mb // 1024)
    places = []
    for cell in ordered(side):
        for zone in sorted({entry["zone"] for entry in cell.capacity.entries}):
            ask = Ask(row.vcpus, row.memory_mb, disk, zone, frozenset())
            counted = {"cell": cell.name, "zone": zone, "answers": cell.answers}
            places.append({**counted, "places": max(0, cell.capacity.places(ask))})
    usable = sum(each["places"] for each in places if each["answers"])
    return {"flavor": row.flavorid, "name": row.name, "places": usable, "by_zone": places}


def _sum(cell: Any, name: str) -> int:
    return sum(
        shape["count"] * shape[name] for entry in cell.capacity.entries for shape in entry["shapes"]
    )
