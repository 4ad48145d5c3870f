# SPDX-License-Identifier: Apache-2.0
"""The operations of /os-assisted-volume-snapshots.

Drivers that keep volumes as files ask for these while a guest has the file. No host here takes
such snapshots: who asks is told at once, and its snapshot fails instead of waiting for a host.
"""

from __future__ import annotations

from typing import Any, NoReturn

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.resources.assisted_volume_snapshots import policies, schemas


@api_view(
    route_name="assisted_volume_snapshots",
    request_method="POST",
    policy=policies.CREATE,
    body=schemas.CREATE,
)
def create(_context: Any, request: Any) -> NoReturn:
    _refuse(request.document["snapshot"]["volume_id"])


@api_view(
    route_name="assisted_volume_snapshot",
    request_method="DELETE",
    policy=policies.DELETE,
    query=schemas.DELETE,
    status=204,
)
def delete(_context: Any, request: Any) -> NoReturn:
    if "delete_info" not in request.query:
        raise BadRequest("Invalid input for query parameters: 'delete_info' is required.")
    _refuse(request.query["delete_info"]["volume_id"])


def _refuse(volume: str) -> NoReturn:
    raise BadRequest(f"No host takes snapshots of the file of volume {volume} for its service.")
