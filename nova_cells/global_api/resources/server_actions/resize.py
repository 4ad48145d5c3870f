# SPDX-License-Identifier: Apache-2.0
"""Resize, and its owner's word on it. Finding room is the cell's work, and fails readably."""

from __future__ import annotations

import uuid as uuids
from typing import Any

from sqlalchemy import Connection

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import BadRequest, NotSupported
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.flavors import store as flavors
from nova_cells.global_api.resources.server_actions import policies, schemas
from nova_cells.global_api.resources.servers.lookup import server_of_caller
from nova_cells.objects import Flavor


@api_view(
    route_name="server_action",
    request_method="POST",
    action="resize",
    policy=policies.RESIZE,
    on=server_of_caller,
    body=schemas.RESIZE,
    status=202,
    faults=(401, 403, 409),
)
def resize(row: IndexRow, request: Any) -> None:
    """The larger of both sizes counts against the quota until it is confirmed or reverted."""
    wanted = request.document["resize"]
    flavor = _flavor(request, str(wanted["flavorRef"]))
    if may_move(row):
        _refuse_impossible(row, flavor)
    arguments = {"flavor": flavor.document(), "disk_config": wanted.get("OS-DCF:diskConfig")}
    key = str(uuids.uuid4())
    with request.side.reservations.for_size(row, key, flavor):
        act(request, row, "resize", arguments, key=key)


@api_view(
    route_name="server_action",
    request_method="POST",
    action="confirmResize",
    policy=policies.CONFIRM_RESIZE,
    on=server_of_caller,
    status=204,
    faults=(409,),
)
def confirm_resize(row: IndexRow, request: Any) -> None:
    act(request, row, "confirm_resize", {}, called="confirmResize")


@api_view(
    route_name="server_action",
    request_method="POST",
    action="revertResize",
    policy=policies.REVERT_RESIZE,
    on=server_of_caller,
    status=202,
    faults=(409,),
)
def revert_resize(row: IndexRow, request: Any) -> None:
    act(request, row, "revert_resize", {}, called="revertResize")


def may_move(row: IndexRow) -> bool:
    """Whether its state is one to move from; of another the cell speaks first, with a 409."""
    return row.document["vm_state"] in ("active", "stopped")


def act(request: Any, row: IndexRow, kind: str, arguments: dict[str, Any], **more: Any) -> None:
    """The contract has no 501 here: a host that is not able to is a 400."""
    try:
        request.side.commands.act(request.caller, row, kind, arguments, **more)
    except NotSupported as fault:
        raise BadRequest(fault.message) from fault


def _flavor(request: Any, reference: str) -> Flavor:
    caller = request.caller
    flavorid = reference.rsplit("/", 1)[-1]
    visible_to = None if caller.is_admin else caller.project_id or ""

    def find(connection: Connection) -> Flavor:
        row = flavors.find(connection, flavorid, visible_to)
        if row is None or row.disabled:
            raise BadRequest(f"Flavor {flavorid} could not be found.")
        return flavors.to_object(row)

    found: Flavor = request.side.database.read(find)
    return found


def _refuse_impossible(row: IndexRow, flavor: Flavor) -> None:
    size, volume_backed = row.document["flavor"], row.document["image_id"] is None
    if flavor.flavorid == size["flavorid"] and flavor.id == size["id"]:
        raise BadRequest("When resizing, instances must change flavor!")
    if flavor.root_gb == 0 and size["root_gb"] != 0 and not volume_backed:
        raise BadRequest("Resize to zero disk flavor is not allowed.")
