# SPDX-License-Identifier: Apache-2.0
"""The zones there are, from the index of hosts, without reading the hosts."""

from __future__ import annotations

from sqlalchemy import Connection, Integer, cast, func, select

from nova_cells.global_api.db.tables.host_index import host_index

_h = host_index.c
_ZONES = (
    select(_h.zone, func.max(cast(_h.enabled, Integer)))
    .where(_h.deleted.is_(False))
    .group_by(_h.zone)
)


def zones(connection: Connection) -> list[tuple[str, bool]]:
    """Name and availability of each zone, the available ones first."""
    found = [(zone, bool(enabled)) for zone, enabled in connection.execute(_ZONES)]
    return sorted(found, key=lambda each: (not each[1], each[0]))
