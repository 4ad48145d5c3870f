# SPDX-License-Identifier: Apache-2.0
"""Ports come and go: the server's cell says whether it may be now, the network service does it."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.others import told
from nova_cells.global_api.resources.server_interfaces import answers, policies, schemas
from nova_cells.global_api.resources.servers.lookup import server_of_caller


@api_view(
    route_name="server_interfaces",
    request_method="POST",
    policy=policies.CREATE,
    on=server_of_caller,
    body=schemas.CREATE,
    answer=answers.SHOW,
    faults=(409, 501),
)
def create(row: IndexRow, request: Any) -> Any:
    wish = request.document["interfaceAttachment"]
    if "net_id" in wish and "port_id" in wish:
        raise BadRequest("Must not input both network_id and port_id")
    if "fixed_ips" in wish and "net_id" not in wish:
        raise BadRequest("Must input network_id when request IP address")
    request.side.commands.check(row, "attach_interface")
    with told():
        shown = request.side.others.network.attach(request.caller, row.uuid, wish)
    return {"interfaceAttachment": shown}


@api_view(
    route_name="server_interface",
    request_method="DELETE",
    policy=policies.DELETE,
    on=server_of_caller,
    status=202,
    faults=(409, 501),
)
def delete(row: IndexRow, request: Any) -> None:
    request.side.commands.check(row, "detach_interface")
    with told():
        request.side.others.network.detach(request.caller, row.uuid, request.matchdict["port_id"])
