# SPDX-License-Identifier: Apache-2.0
"""An administrator says what a server is. For tools that know better; recovery needs none of it."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.server_actions import policies, schemas
from nova_cells.global_api.resources.servers.lookup import server_of_caller


@api_view(
    route_name="server_action",
    request_method="POST",
    action="os-resetState",
    policy=policies.RESET_STATE,
    on=server_of_caller,
    body=schemas.RESET_STATE,
    status=202,
)
def reset_state(row: IndexRow, request: Any) -> None:
    state = request.document["os-resetState"]["state"]
    request.side.commands.act(request.caller, row, "reset_state", {"state": state})
