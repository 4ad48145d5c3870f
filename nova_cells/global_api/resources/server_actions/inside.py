# SPDX-License-Identifier: Apache-2.0
"""What reaches into a guest: its administrator's password, and a dump of its memory."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import BadRequest, NotSupported
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.server_actions import policies, schemas
from nova_cells.global_api.resources.servers.lookup import server_of_caller


@api_view(
    route_name="server_action",
    request_method="POST",
    action="changePassword",
    policy=policies.CHANGE_PASSWORD,
    on=server_of_caller,
    body=schemas.CHANGE_PASSWORD,
    status=202,
    faults=(409, 501),
)
def change_password(row: IndexRow, request: Any) -> None:
    secrets = {"admin_password": request.document["changePassword"]["adminPass"]}
    request.side.commands.act(request.caller, row, "change_password", {"secrets": secrets})


@api_view(
    route_name="server_action",
    request_method="POST",
    action="trigger_crash_dump",
    microversion="2.17-",
    policy=policies.CRASH_DUMP,
    on=server_of_caller,
    body=schemas.CRASH_DUMP,
    status=202,
    faults=(409,),
)
def trigger_crash_dump(row: IndexRow, request: Any) -> None:
    """The contract has no 501 here: a host that is not able to is a 400."""
    try:
        request.side.commands.act(request.caller, row, "trigger_crash_dump", {})
    except NotSupported as fault:
        raise BadRequest(fault.message) from fault
