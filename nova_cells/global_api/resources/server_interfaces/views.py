# SPDX-License-Identifier: Apache-2.0
"""Reads of /servers/{id}/os-interface: the ports are in the server's head."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import NotFound
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.server_interfaces import answers, policies
from nova_cells.global_api.resources.server_interfaces.presenter import SHAPE, find, port
from nova_cells.global_api.resources.servers.lookup import server_of_caller


@api_view(
    route_name="server_interfaces",
    policy=policies.LIST,
    on=server_of_caller,
    shape=SHAPE,
    answer=answers.LIST,
    faults=(501,),
)
def index(row: IndexRow, request: Any) -> Any:
    nics = row.document.get("nics") or []
    return {"interfaceAttachments": [port(nic, request) for nic in nics]}


@api_view(
    route_name="server_interface",
    policy=policies.SHOW,
    on=server_of_caller,
    shape=SHAPE,
    answer=answers.SHOW,
)
def show(row: IndexRow, request: Any) -> Any:
    wanted = request.matchdict["port_id"]
    nic = find(row.document, wanted)
    if nic is None:
        raise NotFound(f"Instance {row.uuid} has no port {wanted}.")
    return {"interfaceAttachment": port(nic, request)}
