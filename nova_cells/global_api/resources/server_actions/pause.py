# SPDX-License-Identifier: Apache-2.0
"""Pause and unpause: a host that is not able to is a 501."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.server_actions import policies
from nova_cells.global_api.resources.servers.lookup import server_of_caller


@api_view(
    route_name="server_action",
    request_method="POST",
    action="pause",
    policy=policies.PAUSE,
    on=server_of_caller,
    status=202,
    faults=(409, 501),
)
def pause(row: IndexRow, request: Any) -> None:
    request.side.commands.act(request.caller, row, "pause", {})


@api_view(
    route_name="server_action",
    request_method="POST",
    action="unpause",
    policy=policies.UNPAUSE,
    on=server_of_caller,
    status=202,
    faults=(409, 501),
)
def unpause(row: IndexRow, request: Any) -> None:
    request.side.commands.act(request.caller, row, "unpause", {})
