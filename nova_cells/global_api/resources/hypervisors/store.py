# SPDX-License-Identifier: Apache-2.0
"""Which servers run on which hosts, from the index: one statement however many hosts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, select

from nova_cells.global_api.db.tables.server_index import server_index

_s = server_index.c

Place = tuple[str | None, str]
"""A cell's uuid and a host's name in it."""


def servers_on(
    connection: Connection, places: Iterable[Place]
) -> dict[Place, list[tuple[str, str]]]:
    """(uuid, name) of the servers on each of these hosts."""
    wanted = set(places)
    query = (
        select(_s.cell_uuid, _s.host, _s.uuid, _s.name)
        .where(_s.deleted.is_(False), _s.host.in_({host for _, host in wanted}))
        .order_by(_s.created_at, _s.uuid)
    )
    found: dict[Place, list[tuple[str, str]]] = defaultdict(list)
    for cell_uuid, host, uuid, name in connection.execute(query):
        if (cell_uuid, host) in wanted:
            found[cell_uuid, host].append((uuid, name))
    return found
