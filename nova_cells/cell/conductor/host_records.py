# SPDX-License-Identifier: Apache-2.0
"""Rows of hosts as the world sees them, and reports of agents as rows."""

from __future__ import annotations

from typing import Any

from nova_cells.cell.conductor.host_state import HostState
from nova_cells.objects import FeedItem, HostRecord, HostReport, Inventory

_SAME = "name uuid node host_ip driver revision enabled disabled_reason forced_down up vcpus_used"
_SAME += " memory_mb_used disk_gb_used versions created_at updated_at"


def host_record(row: Any, state: HostState, **changes: Any) -> HostRecord:
    """What the API shows of a host."""
    values = {name: getattr(row, name) for name in _SAME.split()}
    values["disabled_reason"] = row.disabled_reason or _owing(row) or unavailable(row)
    values["inventory"] = Inventory.from_document(row.inventory)
    values["running_vms"] = row.running
    values["last_seen"] = max(row.last_seen or 0, state.last_seen(row.name))
    return HostRecord(**{**values, **changes})


def _owing(row: Any) -> str | None:
    """Why a host takes no work though nobody disabled it."""
    if not row.debts:
        return None
    return f"Takes no work before it has cleared away {row.debts} leftover(s) of earlier servers."


def unavailable(row: Any) -> str | None:
    """Why the host itself says that it takes nothing now."""
    reason: str | None = row.inventory.get("unavailable")
    return reason


def feed_item(row: Any, state: HostState, **changes: Any) -> FeedItem:
    """A host as the feed carries it."""
    record = host_record(row, state, **changes)
    return FeedItem(
        kind="host",
        key=record.name,
        revision=record.revision,
        version=HostRecord.VERSION,
        document=record.document(),
    )


def columns_of(report: HostReport, conf: Any) -> dict[str, Any]:
    """The columns a report decides, capacity after ratios and reserves among them."""
    same = ("name", "node", "identity", "address", "host_ip", "driver", "versions", "facts")
    values = {name: getattr(report, name) for name in same}
    inventory: Inventory = report.inventory
    if inventory.whole:
        nothing = {"vcpus_cap": 0, "memory_mb_cap": 0, "disk_gb_cap": 0}
        return {**values, "inventory": inventory.document(), **nothing}
    capacity = conf.capacity
    reserved_gb = -(-capacity.reserved_host_disk_mb // 1024)
    values["inventory"] = inventory.document()
    values["vcpus_cap"] = _usable(
        inventory.vcpus, capacity.reserved_host_cpus, capacity.cpu_allocation_ratio
    )
    values["memory_mb_cap"] = _usable(
        inventory.memory_mb, capacity.reserved_host_memory_mb, capacity.ram_allocation_ratio
    )
    values["disk_gb_cap"] = _usable(inventory.disk_gb, reserved_gb, capacity.disk_allocation_ratio)
    return values


def _usable(amount: int, reserved: int, ratio: float) -> int:
    return int(max(amount - reserved, 0) * ratio)


SHAPE = ("node", "driver", "vcpus_cap", "memory_mb_cap", "disk_gb_cap", "inventory")


def shape_differs(row: Any, columns: dict[str, Any]) -> bool:
    """Whether a filter could now decide otherwise; the uptime is no part of the shape."""

    def shape(name: str, value: Any) -> Any:
        if name == "inventory":
            return {key: item for key, item in value.items() if key != "uptime"}
        return value

    return any(shape(name, getattr(row, name)) != shape(name, columns[name]) for name in SHAPE)
