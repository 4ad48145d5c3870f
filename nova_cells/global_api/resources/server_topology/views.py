# SPDX-License-Identifier: Apache-2.0
"""GET /servers/{id}/topology. No driver here gives a guest NUMA nodes, so the document is empty."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.server_topology import answers, policies
from nova_cells.global_api.resources.servers.lookup import server_of_caller


@api_view(
    route_name="server_topology",
    policy=policies.INDEX,
    on=server_of_caller,
    microversion="2.78-",
    answer=answers.SHOW,
)
def show(_row: IndexRow, _request: Any) -> Any:
    return {"nodes": [], "pagesize_kb": None}
