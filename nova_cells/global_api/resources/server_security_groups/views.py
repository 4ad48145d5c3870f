# SPDX-License-Identifier: Apache-2.0
"""GET /servers/{id}/os-security-groups. Groups hold for ports; without ports there are none."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.others import told
from nova_cells.global_api.resources.server_security_groups import answers, policies
from nova_cells.global_api.resources.servers.lookup import server_of_caller


@api_view(
    route_name="server_security_groups",
    policy=policies.LIST,
    on=server_of_caller,
    answer=answers.LIST,
)
def index(row: IndexRow, request: Any) -> Any:
    network, nics = request.side.others.network, row.document.get("nics") or []
    with told():
        return {"security_groups": network.groups(request.caller, row.project_id, nics)}
