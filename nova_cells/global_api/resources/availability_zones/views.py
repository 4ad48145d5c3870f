# SPDX-License-Identifier: Apache-2.0
"""The operations of /os-availability-zone."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.resources.availability_zones import answers, policies, presenter, store
from nova_cells.global_api.resources.availability_zones.service import zones_of


@api_view(route_name="availability_zones", policy=policies.LIST, answer=answers.LIST)
def index(_context: Any, request: Any) -> Any:
    zones = request.side.database.read(store.zones)
    return {"availabilityZoneInfo": [presenter.summary(*zone) for zone in zones]}


@api_view(route_name="availability_zones_detail", policy=policies.DETAIL, answer=answers.DETAIL)
def detail(_context: Any, request: Any) -> Any:
    hosts = request.side.hosts
    shown = [presenter.detail(zone) for zone in zones_of(hosts.list())]
    services = hosts.services()
    if services:
        shown.insert(0, presenter.internal(services))
    return {"availabilityZoneInfo": shown}
