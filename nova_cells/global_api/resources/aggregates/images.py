# SPDX-License-Identifier: Apache-2.0
"""Images fetched beforehand by the hosts of an aggregate.

Accepted is what every cell concerned has written down; one that does not answer makes it a 503, and
asking again is safe. Hosts that are down fetch when they are back, within a day.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from nova_cells.contracts import Outcome
from nova_cells.global_api.aggregates import Aggregate
from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import BadRequest, CellUnavailable
from nova_cells.global_api.resources.aggregates import policies, schemas
from nova_cells.global_api.resources.aggregates.views import key_of
from nova_cells.global_api.resources.servers.references import find_image
from nova_cells.objects import ImageFacts


@api_view(
    route_name="aggregate_images",
    request_method="POST",
    microversion="2.81-",
    policy=policies.IMAGES,
    body=schemas.IMAGES,
    faults=(404, 503),
    status=202,
)
def cache_images(_context: Any, request: Any) -> None:
    wanted = [entry["id"] for entry in request.document["cache"]]
    if len(set(wanted)) < len(wanted):
        raise BadRequest(f"Duplicate images in request: {', '.join(sorted(wanted))}")
    aggregate = request.side.aggregates.get(key_of(request))
    images = [_usable(request, image_id) for image_id in wanted]
    for cell_uuid, hosts in _by_cell(request.side, aggregate).items():
        _ask(request.side.cells.get(cell_uuid), hosts, images)


def _usable(request: Any, image_id: str) -> ImageFacts:
    image = find_image(request.side.images, request.caller, image_id)
    if image.status != "active":
        raise BadRequest(f"Image {image_id} is not active.")
    return image


def _by_cell(side: Any, aggregate: Aggregate) -> dict[str, list[str]]:
    cells: dict[str, list[str]] = defaultdict(list)
    for row in side.hosts.named(aggregate.hosts):
        cells[row.cell_uuid].append(row.name)
    return cells


def _ask(cell: Any, hosts: list[str], images: list[ImageFacts]) -> None:
    if cell is None:
        return  # its hosts are gone with it
    try:
        cell.call("cache_images", hosts=hosts, images=images)
    except Outcome as outcome:
        raise CellUnavailable(
            f"Cell {cell.name} does not answer; nothing is lost by asking again later."
        ) from outcome
