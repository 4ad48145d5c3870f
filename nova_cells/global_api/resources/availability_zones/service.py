# SPDX-License-Identifier: Apache-2.0
"""Zones as hosts make them: a zone is there because a host is in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from nova_cells.global_api.hosts import HostRow


@dataclass(frozen=True)
class Zone:
    """`available`: one of its hosts is open for new servers."""

    name: str
    hosts: tuple[HostRow, ...]

    @property
    def available(self) -> bool:
        return any(host.record.enabled for host in self.hosts)


def zones_of(hosts: Iterable[HostRow]) -> list[Zone]:
    """All zones by name, the available ones first."""
    grouped: dict[str, list[HostRow]] = defaultdict(list)
    for host in hosts:
        grouped[host.zone].append(host)
    zones = [Zone(name, tuple(rows)) for name, rows in grouped.items()]
    return sorted(zones, key=lambda zone: (not zone.available, zone.name))
