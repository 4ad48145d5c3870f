# SPDX-License-Identifier: Apache-2.0
"""What administrators do with aggregates, with the answers the API has for what cannot be.

A zone that hosts cannot follow is a conflict when a host moves, but a bad wish when the aggregate
is changed under its hosts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nova_cells.global_api.aggregates import Aggregate, Aggregates
from nova_cells.global_api.faults import BadRequest, NotFound
from nova_cells.global_api.hosts import HostIndex
from nova_cells.global_api.index.hosts import ZONE_KEY
from nova_cells.global_api.index.zones import ZoneClash


class AggregateService:
    """Aggregates, and the hosts that may be in them."""

    def __init__(self, aggregates: Aggregates, hosts: HostIndex) -> None:
        self._aggregates = aggregates
        self._hosts = hosts

    def create(self, wish: Mapping[str, Any]) -> Aggregate:
        zone = wish.get("availability_zone")
        return self._aggregates.create(wish["name"], {} if zone is None else {ZONE_KEY: zone})

    def update(self, key: int, wish: Mapping[str, Any]) -> Aggregate:
        """The zone is metadata like any other."""
        zone = {ZONE_KEY: wish["availability_zone"]} if "availability_zone" in wish else None
        return self._change(key, name=wish.get("name"), metadata=zone)

    def set_metadata(self, key: int, values: Mapping[str, str | None]) -> Aggregate:
        zone = values.get(ZONE_KEY)
        if zone is not None and not zone.strip():
            raise BadRequest(f"Aggregate {key} does not support empty named availability zone.")
        return self._change(key, metadata=values)

    def add_host(self, key: int, host: str) -> Aggregate:
        """Any host of any cell."""
        self._aggregates.get(key)
        if not self._hosts.list(name=host):
            raise NotFound(f"Compute host {host} could not be found.")
        return self._aggregates.add_host(key, host)

    def remove_host(self, key: int, host: str) -> Aggregate:
        """Also one that nobody knows any more."""
        return self._aggregates.remove_host(key, host)

    def _change(self, key: int, **changes: Any) -> Aggregate:
        try:
            return self._aggregates.update(key, **changes)
        except ZoneClash as clash:
            raise BadRequest(f"Cannot update aggregate {key}. Reason: {clash.message}") from clash
