# SPDX-License-Identifier: Apache-2.0
"""Compute hosts as the index has them."""

from __future__ import annotations

from sqlalchemy import select

from nova_cells.cli.manage.rows import Table
from nova_cells.global_api.cell_registry import CellEntry
from nova_cells.global_api.db.tables.host_index import host_index
from nova_cells.runtime.db import Database

_COLUMNS = ("Cell", "Host", "Node", "Zone", "State", "Enabled", "UUID")


def table(database: Database, entries: list[CellEntry]) -> Table:
    """The hosts of the given cells."""
    names = {entry.uuid: entry.name for entry in entries}
    columns = host_index.c
    statement = (
        select(
            columns.cell_uuid,
            columns.name,
            columns.node,
            columns.zone,
            columns.up,
            columns.forced_down,
            columns.enabled,
            columns.uuid,
        )
        .where(columns.deleted.is_(False), columns.cell_uuid.in_(names))
        .order_by(columns.cell_uuid, columns.name)
    )
    found = database.read(lambda connection: connection.execute(statement).all())
    return _COLUMNS, [
        (names[cell], name, node, zone, _state(up, forced_down), enabled, uuid)
        for cell, name, node, zone, up, forced_down, enabled, uuid in found
    ]


def _state(up: bool, forced_down: bool) -> str:
    if forced_down:
        return "forced down"
    return "up" if up else "down"
