# SPDX-License-Identifier: Apache-2.0
"""Hosts in the index, inside a caller's transaction: what cells published, and their zones."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, delete, not_, select, update

from nova_cells.global_api.db.tables.aggregates import aggregate_hosts, aggregates
from nova_cells.global_api.db.tables.host_index import host_index
from nova_cells.objects import FeedItem
from nova_cells.runtime.db import for_update, insert_ignore

ZONE_KEY = "availability_zone"

_h = host_index.c


def apply(connection: Connection, cell_uuid: str, item: FeedItem, default_zone: str) -> bool:
    """Take a host's document if it is newer than what is known."""
    return take(connection, cell_uuid, item.document, item.revision, default_zone)


def take(
    connection: Connection,
    cell_uuid: str,
    document: dict[str, Any],
    revision: int,
    default_zone: str,
) -> bool:
    """Take a host's document if it is newer; a host that came from another cell leaves it."""
    where = (_h.cell_uuid == cell_uuid, _h.name == document["name"])
    known = connection.execute(for_update(select(_h.uuid, _h.revision).where(*where))).first()
    if known is not None and known.uuid == document["uuid"] and known.revision >= revision:
        return False
    values = _columns(document, revision)
    moved = and_(_h.uuid == document["uuid"], not_(and_(*where)))
    connection.execute(delete(host_index).where(moved))
    if known is None:
        zone = zone_of(connection, document["name"], default_zone)
        row = {"cell_uuid": cell_uuid, "zone": zone, **values}
        insert_ignore(connection, host_index, row, keys=("cell_uuid", "name"))
    else:
        connection.execute(update(host_index).where(*where).values(values))
    return True


def _columns(document: dict[str, Any], revision: int) -> dict[str, Any]:
    same = ("name", "uuid", "node", "up", "enabled", "forced_down", "deleted", "last_seen")
    values = {name: document[name] for name in same}
    return {**values, "revision": revision, "document": document}


def zone_of(connection: Connection, host: str, default_zone: str) -> str:
    """The zone an aggregate gives a host."""
    query = (
        select(aggregates.c.metadata)
        .join(aggregate_hosts, aggregate_hosts.c.aggregate_id == aggregates.c.id)
        .where(aggregate_hosts.c.host == host)
        .order_by(aggregates.c.id)
    )
    for metadata in connection.scalars(query):
        if metadata.get(ZONE_KEY):
            return str(metadata[ZONE_KEY])
    return default_zone
