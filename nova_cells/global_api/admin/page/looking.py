# SPDX-License-Identifier: Apache-2.0
"""The pages: fleet, cell, host, operation, server. Each stands under the rule of its API view."""

from __future__ import annotations

from typing import Any

import orjson
from pyramid.response import Response

from nova_cells.global_api.admin import policies
from nova_cells.global_api.admin.page.page_view import page_view
from nova_cells.global_api.admin.page.rendering import HEADERS, away, page
from nova_cells.global_api.admin.readings import (
    capacity,
    drains,
    finding,
    fleet,
    flights,
    hosts,
    routing,
    versions,
)
from nova_cells.global_api.faults import NotFound
from nova_cells.global_api.versioning.formats import is_uuid

MOST = 50


@page_view(route_name="page.fleet", policy=policies.FLEET)
def show_fleet(request: Any) -> Any:
    side = request.side
    late = flights.in_flight(side, None, None, MOST, late=True)
    fits, _more = capacity.page(side, None, MOST)
    return page(
        request,
        "fleet",
        cells=fleet.cells(side),
        free=capacity.free(side),
        fits=fits,
        drains=drains.all_of(side),
        late=late,
    )


@page_view(route_name="page.live", policy=policies.CAPACITY)
def live(request: Any) -> Any:
    """What the plot is drawn from, asked by the script."""
    body = orjson.dumps({"free": capacity.free(request.side)})
    response = Response(body, content_type="application/json", charset="UTF-8")
    response.headerlist.extend([*HEADERS, ("Cache-Control", "no-store")])
    return response


@page_view(route_name="page.cell", policy=policies.SHOW)
def show_cell(request: Any) -> Any:
    side = request.side
    handle = finding.cell_of(side, request.matchdict["cell"])
    marker = request.params.get("marker") or None
    listed, more = hosts.page(side, handle.uuid, marker, MOST)
    speaks = next(each for each in versions.cells(side) if each["uuid"] == handle.uuid)
    return page(
        request,
        "cell",
        cell=fleet.cell(handle, fleet.counts(side)),
        hosts=listed,
        more=more,
        flying=flights.in_flight(side, handle.uuid, None, MOST, late=False),
        speaks=speaks,
    )


@page_view(route_name="page.host", policy=policies.HOSTS)
def show_host(request: Any) -> Any:
    return page(request, "host", host=hosts.one(request.side, request.matchdict["host"]))


@page_view(route_name="page.operation", policy=policies.OPERATIONS)
def show_operation(request: Any) -> Any:
    named = request.matchdict
    return page(
        request,
        "operation",
        operation=flights.operation(request.side, named["place"], named["key"]),
    )


@page_view(route_name="page.find", policy=policies.ROUTING)
def find_server(request: Any) -> Any:
    uuid = request.params.get("uuid", "").strip()
    if not is_uuid(uuid):
        raise NotFound("A server is looked for by its id, a UUID.")
    return away(request, f"/server/{uuid}")


@page_view(route_name="page.server", policy=policies.ROUTING)
def show_server(request: Any) -> Any:
    uuid = request.matchdict["uuid"]
    if not is_uuid(uuid):
        raise NotFound("A server is looked for by its id, a UUID.")
    return page(request, "server", routing=routing.of_server(request.side, uuid))
