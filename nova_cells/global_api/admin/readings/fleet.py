# SPDX-License-Identifier: Apache-2.0
"""The cells as this process sees them, and how much is in each.

Numbers of hosts and servers are counted in the index at most every few seconds, for all cells in
two statements, however many look.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, case, func, select

from nova_cells.global_api.admin.readings.finding import ordered
from nova_cells.global_api.db.tables.host_index import host_index
from nova_cells.global_api.db.tables.server_index import server_index
from nova_cells.global_api.router.cell_handle import CellHandle
from nova_cells.global_api.times import precise

REMEMBERED = 5.0
"""Seconds."""

Counts = dict[str | None, dict[str, int]]

_h, _i = host_index.c, server_index.c
_HOSTS = (
    select(_h.cell_uuid, func.count(), func.count(case((_h.up, 1))))
    .where(_h.deleted.is_(False))
    .group_by(_h.cell_uuid)
)
_SERVERS = select(_i.cell_uuid, func.count()).where(_i.deleted.is_(False)).group_by(_i.cell_uuid)
_known: WeakKeyDictionary[Any, tuple[float, Counts]] = WeakKeyDictionary()
_lock = threading.Lock()


def cells(side: Any) -> list[dict[str, Any]]:
    """All of them by name."""
    counted = counts(side)
    return [cell(each, counted) for each in ordered(side)]


def cell(handle: CellHandle, counted: Counts) -> dict[str, Any]:
    """One; how its bus is reached is nobody's business."""
    mine = counted.get(handle.uuid, {})
    facts = handle.facts
    return {
        "uuid": handle.uuid,
        "name": handle.name,
        "state": handle.row.state,
        "answers": handle.answers,
        "fresh": handle.fresh and handle.known,
        "refused_because": handle.stranger,
        "heard_at": precise(facts.published_at if facts is not None else None),
        "lag_seconds": handle.lag,
        "rules": dataclasses.asdict(handle.row.rules),
        "hosts": mine.get("hosts", 0),
        "hosts_up": mine.get("hosts_up", 0) if handle.fresh else 0,
        "servers": mine.get("servers", 0),
    }


def counts(side: Any) -> Counts:
    """Of each cell, as of a few seconds ago."""
    with _lock:
        moment, known = _known.get(side, (-REMEMBERED, {}))
        if time.monotonic() - moment > REMEMBERED:
            known = side.database.read(_count)
            _known[side] = (time.monotonic(), known)
        return known


def _count(connection: Connection) -> Counts:
    found: Counts = {}
    for uuid, hosts, up in connection.execute(_HOSTS):
        found.setdefault(uuid, {}).update(hosts=hosts, hosts_up=up)
    for uuid, servers in connection.execute(_SERVERS):
        found.setdefault(uuid, {}).update(servers=servers)
    return found
