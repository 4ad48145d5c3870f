# SPDX-License-Identifier: Apache-2.0
"""Start, stop, reboot; delete by force and restore.

Each is an operation of the server's cell, accepted when it is begun.
"""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.server_actions import policies, schemas
from nova_cells.global_api.resources.servers.lookup import server_of_caller


@api_view(
    route_name="server_action",
    request_method="POST",
    action="os-start",
    policy=policies.START,
    on=server_of_caller,
    status=202,
    faults=(409,),
)
def start(row: IndexRow, request: Any) -> None:
    request.side.commands.act(request.caller, row, "start", {})


@api_view(
    route_name="server_action",
    request_method="POST",
    action="os-stop",
    policy=policies.STOP,
    on=server_of_caller,
    status=202,
    faults=(409,),
)
def stop(row: IndexRow, request: Any) -> None:
    request.side.commands.act(request.caller, row, "stop", {})


@api_view(
    route_name="server_action",
    request_method="POST",
    action="reboot",
    policy=policies.REBOOT,
    on=server_of_caller,
    body=schemas.REBOOT,
    status=202,
    faults=(409,),
)
def reboot(row: IndexRow, request: Any) -> None:
    kind = request.document["reboot"]["type"].upper()
    request.side.commands.act(request.caller, row, "reboot", {"type": kind})


@api_view(
    route_name="server_action",
    request_method="POST",
    action="forceDelete",
    policy=policies.FORCE_DELETE,
    on=server_of_caller,
    status=202,
    faults=(409,),
)
def force_delete(row: IndexRow, request: Any) -> None:
    """As DELETE, but for good, even where deleted servers are kept for a while."""
    request.side.commands.delete(request.caller, row, force=True)


@api_view(
    route_name="server_action",
    request_method="POST",
    action="restore",
    policy=policies.RESTORE,
    on=server_of_caller,
    status=202,
    faults=(409,),
)
def restore(row: IndexRow, request: Any) -> None:
    request.side.commands.act(request.caller, row, "restore", {})
