# SPDX-License-Identifier: Apache-2.0
"""The availability zones that aggregates give to hosts, inside a transaction that changes them.

A host is in one zone at most, and does not change it under the servers that run there: what would
do so is refused, and with it the change of the aggregate.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select, update

from nova_cells.global_api.db.tables.aggregates import aggregate_hosts, aggregates
from nova_cells.global_api.db.tables.host_index import host_index
from nova_cells.global_api.db.tables.server_index import server_index
from nova_cells.global_api.faults import Conflict
from nova_cells.global_api.index.hosts import ZONE_KEY

_h = host_index.c
_m = aggregate_hosts.c
_s = server_index.c


class ZoneClash(Conflict):
    """Aggregates as they would be then cannot be."""


def settle(connection: Connection, hosts: Collection[str], default_zone: str) -> None:
    """Bring the zone of these hosts in line with the aggregates, or refuse."""
    moved: dict[str, list[str]] = {}
    zones = _zones(connection, hosts)
    query = select(_h.name, _h.zone).where(_h.name.in_(hosts)).distinct()
    for host, shown in connection.execute(query):
        zone = zones.get(host, default_zone)
        if zone != shown:
            moved.setdefault(zone, []).append(host)
    _refuse_occupied(connection, [host for movers in moved.values() for host in movers])
    for zone, movers in moved.items():
        connection.execute(update(host_index).where(_h.name.in_(movers)).values(zone=zone))


def _zones(connection: Connection, hosts: Collection[str]) -> dict[str, str]:
    """The zone that aggregates give to each host that gets one."""
    query = (
        select(_m.host, aggregates.c.metadata)
        .join(aggregates, aggregates.c.id == _m.aggregate_id)
        .where(_m.host.in_(hosts))
        .order_by(aggregates.c.id)
    )
    zones: dict[str, str] = {}
    for host, metadata in connection.execute(query):
        zone = metadata.get(ZONE_KEY)
        if zone and zones.setdefault(host, zone) != zone:
            known = zones[host]
            raise ZoneClash(f"One or more hosts already in availability zone(s) {known}: {host}.")
    return zones


def _refuse_occupied(connection: Connection, hosts: Collection[str]) -> None:
    query = select(_s.host).where(_s.host.in_(hosts), _s.deleted.is_(False)).limit(1)
    occupied = connection.execute(query).scalar()
    if occupied is not None:
        raise ZoneClash(f"One or more hosts contain instances in this zone: {occupied}.")
