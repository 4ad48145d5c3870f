# SPDX-License-Identifier: Apache-2.0
"""A cell by what an administrator calls it: its uuid or its name."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.faults import MarkerNotFound, NotFound
from nova_cells.global_api.router.cell_handle import CellHandle

GLOBAL = "global"
"""The place of operations that no cell has."""


def cell_of(side: Any, key: str) -> CellHandle:
    """The one of this uuid or name."""
    for cell in ordered(side):
        if key in (cell.uuid, cell.name):
            return cell
    raise NotFound(f"There is no cell {key[:255]!r}.")


def ordered(side: Any) -> list[CellHandle]:
    """All of them by name."""
    return sorted(side.cells.all(), key=lambda cell: (cell.name, cell.uuid))


def page(items: list[Any], marker: str | None, limit: int, key: str) -> tuple[list[Any], Any]:
    """Those behind the one whose `key` is the marker, and the next marker."""
    start = 0
    if marker is not None:
        keys = [str(item[key]) for item in items]
        if marker not in keys:
            raise MarkerNotFound(marker)
        start = keys.index(marker) + 1
    shown = items[start : start + limit]
    more = len(items) > start + limit
    return shown, str(shown[-1][key]) if more and shown else None
