# SPDX-License-Identifier: Apache-2.0
"""The operations of /servers/{id}/metadata."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import BadRequest, NotFound
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.server_metadata import answers, policies, schemas
from nova_cells.global_api.resources.servers import checks
from nova_cells.global_api.resources.servers.lookup import server_of_caller

Metadata = dict[str, str]


@api_view(
    route_name="server_metadata", policy=policies.INDEX, on=server_of_caller, answer=answers.ALL
)
def index(row: IndexRow, request: Any) -> Any:
    return {"metadata": row.document["metadata"]}


@api_view(
    route_name="server_metadata_item", policy=policies.SHOW, on=server_of_caller, answer=answers.ONE
)
def show(row: IndexRow, request: Any) -> Any:
    return {"meta": _item(row, request)}


@api_view(
    route_name="server_metadata",
    request_method="POST",
    policy=policies.CREATE,
    on=server_of_caller,
    body=schemas.ALL,
    answer=answers.ALL,
    faults=(409,),
)
def create(row: IndexRow, request: Any) -> Any:
    return {"metadata": _merge(row, request, request.document["metadata"])}


@api_view(
    route_name="server_metadata",
    request_method="PUT",
    policy=policies.UPDATE_ALL,
    on=server_of_caller,
    body=schemas.ALL,
    answer=answers.ALL,
    faults=(409,),
)
def replace(row: IndexRow, request: Any) -> Any:
    wanted = request.document["metadata"]
    return {"metadata": _amend(row, request, {"metadata": wanted, **_limited(request)})}


@api_view(
    route_name="server_metadata_item",
    request_method="PUT",
    policy=policies.UPDATE,
    on=server_of_caller,
    body=schemas.ONE,
    answer=answers.ONE,
    faults=(409,),
)
def update(row: IndexRow, request: Any) -> Any:
    item = request.document["meta"]
    if request.matchdict["key"] not in item:
        raise BadRequest("Request body and URI mismatch")
    _merge(row, request, item)
    return {"meta": item}


@api_view(
    route_name="server_metadata_item",
    request_method="DELETE",
    policy=policies.DELETE,
    on=server_of_caller,
    status=204,
    faults=(409,),
)
def delete(row: IndexRow, request: Any) -> None:
    _amend(row, request, {"metadata_unset": list(_item(row, request))})


def _item(row: IndexRow, request: Any) -> Metadata:
    key = request.matchdict["key"]
    metadata = row.document["metadata"]
    if key not in metadata:
        raise NotFound("Metadata item was not found")
    return {key: metadata[key]}


def _merge(row: IndexRow, request: Any, items: Metadata) -> Metadata:
    return _amend(row, request, {"metadata_set": items, **_limited(request)})


def _limited(request: Any) -> dict[str, Any]:
    """How much there may be; its cell looks, where nobody else adds something meanwhile."""
    caller, limits = request.caller, request.side.limits
    found = request.side.database.read(
        lambda connection: limits.effective(connection, caller.project_id, caller.user_id)
    )
    most = found.get("metadata_items", checks.UNLIMITED)
    return {} if most == checks.UNLIMITED else {"at_most": {"metadata": most}}


def _amend(row: IndexRow, request: Any, changes: dict[str, Any]) -> Metadata:
    document = request.side.commands.amend(request.caller, row, changes)
    metadata: Metadata = document["metadata"]
    return metadata
