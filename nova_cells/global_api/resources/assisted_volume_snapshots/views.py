# SPDX-License-Identifier: Apache-2.0
"""The operations of /os-assisted-volume-snapshots.

A service that keeps volumes as files asks for these while a guest has the file. It is answered when
the cell has the wish; what comes of it the cell tells the service, as the status of its snapshot.
"""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import BadRequest, NotFound
from nova_cells.global_api.resources.assisted_volume_snapshots import (
    answers,
    policies,
    schemas,
    service,
)


@api_view(
    route_name="assisted_volume_snapshots",
    request_method="POST",
    policy=policies.CREATE,
    body=schemas.CREATE,
    answer=answers.CREATE,
    faults=(403, 404, 409, 503),
)
def create(_context: Any, request: Any) -> Any:
    wish = request.document["snapshot"]
    volume, info = wish["volume_id"], wish["create_info"]
    row = service.user_of(request, volume, BadRequest)
    arguments = {"volume": volume, "snapshot": info["snapshot_id"], "file": info["new_file"]}
    service.begin(request, row, "take_volume_snapshot", arguments, BadRequest)
    return {"snapshot": {"id": info.get("id"), "volumeId": volume}}


@api_view(
    route_name="assisted_volume_snapshot",
    request_method="DELETE",
    policy=policies.DELETE,
    query=schemas.DELETE,
    status=204,
    faults=(403, 409, 503),
)
def delete(_context: Any, request: Any) -> None:
    if "delete_info" not in request.query:
        raise BadRequest("Invalid input for query parameters: 'delete_info' is required.")
    info = request.query["delete_info"]
    row = service.user_of(request, info["volume_id"], NotFound)
    arguments = {
        "volume": info["volume_id"],
        "snapshot": request.matchdict["snapshot_id"],
        "file": info.get("file_to_merge"),
        "into": info.get("merge_target_file"),
    }
    service.begin(request, row, "merge_volume_snapshot", arguments, BadRequest)
