# SPDX-License-Identifier: Apache-2.0
"""Hosts by page, with what is claimed of each; of a cell that is silent, as last known."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.faults import NotFound
from nova_cells.global_api.hosts import HostRow
from nova_cells.global_api.times import precise


def page(
    side: Any, cell_uuid: str | None, marker: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """Those behind the marker, and the next one."""
    rows = side.hosts.page(marker, limit + 1, cell_uuid=cell_uuid)
    shown = [host(side, row) for row in rows[:limit]]
    return shown, shown[-1]["uuid"] if len(rows) > limit and shown else None


def one(side: Any, key: str) -> dict[str, Any]:
    """By uuid or number."""
    row = side.hosts.get(key)
    if row is None:
        raise NotFound(f"There is no host {key[:255]!r}.")
    return host(side, row)


def host(side: Any, row: HostRow) -> dict[str, Any]:
    record, cell = row.record, side.cells.get(row.cell_uuid)
    stock = record.inventory
    return {
        "uuid": row.uuid,
        "name": row.name,
        "node": record.node,
        "cell": cell.name if cell is not None else row.cell_uuid,
        "zone": row.zone,
        "driver": record.driver,
        "up": row.up,
        "fresh": row.fresh,
        "enabled": record.enabled,
        "disabled_reason": record.disabled_reason,
        "forced_down": record.forced_down,
        "running_vms": record.running_vms,
        "last_seen": precise(record.last_seen),
        "vcpus": [record.vcpus_used, stock.vcpus],
        "memory_mb": [record.memory_mb_used, stock.memory_mb],
        "disk_gb": [record.disk_gb_used, stock.disk_gb],
    }
