# SPDX-License-Identifier: Apache-2.0
"""Rescue and unrescue. The answer to a rescue is the password of the guest that repairs."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.server_actions import answers, policies, schemas
from nova_cells.global_api.resources.servers.creation import new_password
from nova_cells.global_api.resources.servers.lookup import server_of_caller
from nova_cells.global_api.resources.servers.references import find_image


@api_view(
    route_name="server_action",
    request_method="POST",
    action="rescue",
    policy=policies.RESCUE,
    on=server_of_caller,
    body=schemas.RESCUE,
    answer=answers.PASSWORD,
    faults=(409, 501),
)
def rescue(row: IndexRow, request: Any) -> Any:
    wanted = request.document["rescue"] or {}
    if not row.document["image_id"]:
        _refuse_volume_backed(row, request, wanted)
    password = wanted.get("adminPass") or new_password()
    arguments: dict[str, Any] = {"secrets": {"admin_password": password}}
    if image := wanted.get("rescue_image_ref"):
        arguments["image"] = _usable(request, image)
    request.side.commands.act(request.caller, row, "rescue", arguments)
    return {"adminPass": password} if request.side.conf.api.enable_instance_password else {}


@api_view(
    route_name="server_action",
    request_method="POST",
    action="unrescue",
    policy=policies.UNRESCUE,
    on=server_of_caller,
    status=202,
    faults=(409, 501),
)
def unrescue(row: IndexRow, request: Any) -> None:
    request.side.commands.act(request.caller, row, "unrescue", {})


def _refuse_volume_backed(row: IndexRow, request: Any, wanted: dict[str, Any]) -> None:
    """It has no image of its own to be rescued with."""
    text = f"Instance {row.uuid} cannot be rescued: Cannot rescue a volume-backed instance"
    if not request.gate("2.87-volume-backed-servers-are-rescued"):
        raise BadRequest(text)
    if not wanted.get("rescue_image_ref"):
        raise BadRequest(f"{text} without a rescue_image_ref")


def _usable(request: Any, image_id: str) -> dict[str, Any]:
    image = find_image(request.side.images, request.caller, image_id)
    if image.status != "active":
        raise BadRequest(f"Invalid rescue_image_ref: image {image_id} is not active.")
    document: dict[str, Any] = image.document()
    return document
