# SPDX-License-Identifier: Apache-2.0
"""Volumes come and go: its cell says whether it may be now, then they are reserved."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import BadRequest, NotFound
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.policies import CHECKED_INSIDE
from nova_cells.global_api.resources.server_volumes import answers, policies, presenter, schemas
from nova_cells.global_api.resources.servers.lookup import server_of_caller
from nova_cells.global_api.resources.servers.schemas.fields import truth
from nova_cells.global_api.volumes import attaching

FOR_CREATED = {1: 200, 101: 202}


@api_view(
    route_name="server_volumes",
    request_method="POST",
    policy=policies.CREATE,
    on=server_of_caller,
    body=schemas.CREATE,
    shape=presenter.SHAPE,
    answer=answers.CREATE,
    status=FOR_CREATED,
    faults=(403, 409, 503),
)
def create(row: IndexRow, request: Any) -> Any:
    request.side.commands.check(row, "attach_volume", _variant(request))
    made = attaching.attach(request, row, request.document["volumeAttachment"])
    if request.gate("2.101-attaching-answers-nothing"):
        return None
    return {"volumeAttachment": presenter.show(row, made, request)}


@api_view(
    route_name="server_volume",
    request_method="PUT",
    policy=CHECKED_INSIDE,
    on=server_of_caller,
    body=schemas.UPDATE,
    status=202,
    faults=(403, 409, 503),
)
def update(row: IndexRow, request: Any) -> None:
    """The same volume: its attachment changes. Another one: it takes this one's place."""
    volume, wish = request.matchdict["volume_id"], request.document["volumeAttachment"]
    new = wish["volumeId"]
    request.enforce(policies.UPDATE if new == volume else policies.SWAP, row)
    _be_attached(row, volume)
    if new != volume:
        request.side.commands.check(row, "swap_volume")
        attaching.swap(request, row, volume, new)
        return
    if not request.gate("2.85-attachments-can-change"):
        raise BadRequest(f"Volume {volume} can't be replaced by itself.")
    if "delete_on_termination" in wish:
        attaching.keep(request, row, volume, truth(wish["delete_on_termination"]))


@api_view(
    route_name="server_volume",
    request_method="DELETE",
    policy=policies.DELETE,
    on=server_of_caller,
    status=202,
    faults=(403, 409, 503),
)
def delete(row: IndexRow, request: Any) -> None:
    volume = request.matchdict["volume_id"]
    _be_attached(row, volume)
    request.side.commands.check(row, "detach_volume", _variant(request))
    attaching.detach(request, row, volume)


def _variant(request: Any) -> str | None:
    return None if request.gate("2.20-volumes-of-shelved-servers") else "UNSHELVED"


def _be_attached(row: IndexRow, volume: str) -> None:
    if all(each["id"] != volume for each in row.document["volumes"]):
        raise NotFound(f"Instance {row.uuid} has no volume {volume} attached.")
