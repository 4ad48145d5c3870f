# SPDX-License-Identifier: Apache-2.0
"""injectNetworkInfo: an administrator has it looked up again what a server's ports are."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.server_actions import policies
from nova_cells.global_api.resources.servers.lookup import server_of_caller


@api_view(
    route_name="server_action",
    request_method="POST",
    action="injectNetworkInfo",
    policy=policies.INJECT_NETWORK_INFO,
    on=server_of_caller,
    status=202,
    faults=(409,),
)
def inject_network_info(row: IndexRow, request: Any) -> None:
    request.side.commands.check(row, "inject_network_info")
    if request.side.others.network.has_ports:
        request.side.commands.act(request.caller, row, "refresh_network", {})
