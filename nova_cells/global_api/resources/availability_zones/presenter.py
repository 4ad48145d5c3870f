# SPDX-License-Identifier: Apache-2.0
"""Zones as every version shows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nova_cells.global_api.hosts import HostRow, ServiceRow
from nova_cells.global_api.resources.availability_zones.service import Zone
from nova_cells.global_api.times import precise

INTERNAL = "internal"


def summary(name: str, available: bool) -> dict[str, Any]:
    return _zone(name, available, None)


def detail(zone: Zone) -> dict[str, Any]:
    """The hosts of a zone that takes no servers are not shown."""
    if not zone.available:
        return summary(zone.name, False)
    return _zone(zone.name, True, {host.name: _compute(host) for host in zone.hosts})


def internal(services: Iterable[ServiceRow]) -> dict[str, Any]:
    """The zone of what is no compute host."""
    hosts: dict[str, dict[str, Any]] = {}
    for service in services:
        state = _state(service.up, True, service.last_seen)
        hosts.setdefault(service.host, {})[service.binary] = state
    return _zone(INTERNAL, True, hosts)


def _zone(name: str, available: bool, hosts: Any) -> dict[str, Any]:
    return {"zoneName": name, "zoneState": {"available": available}, "hosts": hosts}


def _compute(host: HostRow) -> dict[str, Any]:
    record = host.record
    up = host.up and not record.forced_down
    return {"nova-compute": _state(up, record.enabled, record.last_seen)}


def _state(available: bool, active: bool, seen: int) -> dict[str, Any]:
    return {"available": available, "active": active, "updated_at": precise(seen)}
