# SPDX-License-Identifier: Apache-2.0
"""Which security groups hold for the ports of a server: the network service decides."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import CellUnavailable, Conflict
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.others import told
from nova_cells.global_api.resources.server_security_groups import policies, schemas
from nova_cells.global_api.resources.servers.lookup import server_of_caller


@api_view(
    route_name="server_action",
    request_method="POST",
    action="addSecurityGroup",
    policy=policies.ADD,
    on=server_of_caller,
    body=schemas.ADD,
    status=202,
    faults=(409,),
)
def add(row: IndexRow, request: Any) -> None:
    _be_ready(row)
    name = request.document["addSecurityGroup"]["name"]
    with told():
        held = request.side.others.network.add_group(request.caller, row.uuid, name)
    _remember(row, request, held)


@api_view(
    route_name="server_action",
    request_method="POST",
    action="removeSecurityGroup",
    policy=policies.REMOVE,
    on=server_of_caller,
    body=schemas.REMOVE,
    status=202,
    faults=(409,),
)
def remove(row: IndexRow, request: Any) -> None:
    _be_ready(row)
    name = request.document["removeSecurityGroup"]["name"]
    with told():
        held = request.side.others.network.remove_group(request.caller, row.uuid, name)
    _remember(row, request, held)


def _remember(row: IndexRow, request: Any, held: list[str] | None) -> None:
    """Whoever looks at the server next sees them. A cell that is away learns it later by itself."""
    if held is None:
        return
    with suppress(CellUnavailable):
        request.side.commands.amend(request.caller, row, {"security_groups": held})


def _be_ready(row: IndexRow) -> None:
    """One that is not on a host has no ports there that a group could hold for."""
    if row.document["host"] is None:
        raise Conflict(f"Instance {row.uuid} is not ready")
