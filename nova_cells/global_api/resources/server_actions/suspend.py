# SPDX-License-Identifier: Apache-2.0
"""Suspend and resume: the contract has no 501 here, so a host that is not able to is a 409."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import Conflict, NotSupported
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.server_actions import policies
from nova_cells.global_api.resources.servers.lookup import server_of_caller


@api_view(
    route_name="server_action",
    request_method="POST",
    action="suspend",
    policy=policies.SUSPEND,
    on=server_of_caller,
    status=202,
    faults=(409,),
)
def suspend(row: IndexRow, request: Any) -> None:
    _act(row, request, "suspend")


@api_view(
    route_name="server_action",
    request_method="POST",
    action="resume",
    policy=policies.RESUME,
    on=server_of_caller,
    status=202,
    faults=(409,),
)
def resume(row: IndexRow, request: Any) -> None:
    _act(row, request, "resume")


def _act(row: IndexRow, request: Any, kind: str) -> None:
    try:
        request.side.commands.act(request.caller, row, kind, {})
    except NotSupported as fault:
        raise Conflict(fault.message) from fault
