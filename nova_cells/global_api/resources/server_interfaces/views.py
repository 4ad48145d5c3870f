# SPDX-License-Identifier: Apache-2.0
"""Reads of /servers/{id}/os-interface. Without a network service no server has a port."""

from __future__ import annotations

from typing import Any, NoReturn

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import NotFound
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.server_interfaces import answers, policies
from nova_cells.global_api.resources.servers.lookup import server_of_caller


@api_view(
    route_name="server_interfaces",
    policy=policies.LIST,
    on=server_of_caller,
    answer=answers.LIST,
    faults=(501,),
)
def index(_row: IndexRow, _request: Any) -> Any:
    return {"interfaceAttachments": []}


@api_view(
    route_name="server_interface", policy=policies.SHOW, on=server_of_caller, answer=answers.SHOW
)
def show(row: IndexRow, request: Any) -> NoReturn:
    port = request.matchdict["port_id"]
    raise NotFound(f"Instance {row.uuid} has no port {port}.")
