# SPDX-License-Identifier: Apache-2.0
"""Locks: what a server's owner must not change for now. Who locked it decides who may unlock it."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.server_actions import policies, schemas
from nova_cells.global_api.resources.servers.lookup import server_of_caller

OWNER, ADMIN = "owner", "admin"


@api_view(
    route_name="server_action",
    request_method="POST",
    action="lock",
    policy=policies.LOCK,
    on=server_of_caller,
    body=schemas.LOCK,
    status=202,
)
def lock(row: IndexRow, request: Any) -> None:
    """Whoever asks from within the project locks as its owner, administrators too."""
    by = OWNER if row.project_id == request.caller.project_id else ADMIN
    reason = (request.document["lock"] or {}).get("locked_reason")
    request.side.commands.amend(request.caller, row, {"lock": {"by": by, "reason": reason}})


@api_view(
    route_name="server_action",
    request_method="POST",
    action="unlock",
    policy=policies.UNLOCK,
    on=server_of_caller,
    status=202,
)
def unlock(row: IndexRow, request: Any) -> None:
    may = request.may(policies.UNLOCK_OVERRIDE, row)
    undone = [OWNER, ADMIN] if may else [OWNER]
    document = request.side.commands.amend(request.caller, row, {"unlock": undone})
    if document["locked_by"] is not None and not may:
        request.enforce(policies.UNLOCK_OVERRIDE, row)
