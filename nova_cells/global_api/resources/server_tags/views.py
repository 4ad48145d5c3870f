# SPDX-License-Identifier: Apache-2.0
"""The operations of /servers/{id}/tags. Unlike elsewhere, an outsider is told 403, not 404."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from pyramid.response import Response

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import BadRequest, NotFound
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.server_tags import answers, policies
from nova_cells.global_api.resources.servers.lookup import server_of_anybody
from nova_cells.global_api.resources.servers.schemas.fields import TAG, TAGS, closed
from nova_cells.global_api.responses import version_headers
from nova_cells.global_api.versioning import BodySchema

MOST = TAGS["maxItems"]
ALL = BodySchema("server_tags", closed({"tags": TAGS}, required=("tags",)))
SINCE = "2.26-"


@api_view(
    route_name="server_tags",
    policy=policies.INDEX,
    on=server_of_anybody,
    microversion=SINCE,
    answer=answers.ALL,
)
def index(row: IndexRow, request: Any) -> Any:
    return {"tags": row.document["tags"]}


@api_view(
    route_name="server_tag",
    policy=policies.SHOW,
    on=server_of_anybody,
    microversion=SINCE,
    status=204,
)
def show(row: IndexRow, request: Any) -> None:
    _named(row, request)


@api_view(
    route_name="server_tags",
    request_method="PUT",
    policy=policies.UPDATE_ALL,
    on=server_of_anybody,
    microversion=SINCE,
    body=ALL,
    answer=answers.ALL,
    faults=(409,),
)
def replace(row: IndexRow, request: Any) -> Any:
    tags = list(dict.fromkeys(request.document["tags"]))
    return {"tags": _amend(row, request, {"tags": tags})}


@api_view(
    route_name="server_tags",
    request_method="DELETE",
    policy=policies.DELETE_ALL,
    on=server_of_anybody,
    microversion=SINCE,
    status=204,
    faults=(409,),
)
def delete_all(row: IndexRow, request: Any) -> None:
    _amend(row, request, {"tags": []})


@api_view(
    route_name="server_tag",
    request_method="PUT",
    policy=policies.UPDATE,
    on=server_of_anybody,
    microversion=SINCE,
    status=201,
    also=(204,),
    faults=(409,),
)
def add(row: IndexRow, request: Any) -> Any:
    tag, tags = request.matchdict["tag"], row.document["tags"]
    if len(tag) > TAG["maxLength"] or not re.fullmatch(TAG["pattern"], tag):
        raise BadRequest(f"Invalid tag {tag!r}: at most 60 characters, no slash and no comma.")
    if tag in tags:
        return Response(status=204, headerlist=version_headers(request))
    _amend(row, request, {"tags_add": [tag], "at_most": {"tags": MOST}})
    location = f"{request.version_url}/servers/{row.uuid}/tags/{quote(tag)}"
    headers = [*version_headers(request), ("Location", location), ("Content-Length", "0")]
    return Response(status=201, headerlist=headers)


@api_view(
    route_name="server_tag",
    request_method="DELETE",
    policy=policies.DELETE,
    on=server_of_anybody,
    microversion=SINCE,
    status=204,
    faults=(409,),
)
def delete(row: IndexRow, request: Any) -> None:
    _amend(row, request, {"tags_remove": [_named(row, request)]})


def _named(row: IndexRow, request: Any) -> str:
    tag: str = request.matchdict["tag"]
    if tag not in row.document["tags"]:
        raise NotFound(f"Server {row.uuid} has no tag '{tag}'")
    return tag


def _amend(row: IndexRow, request: Any, changes: dict[str, list[str]]) -> list[str]:
    document = request.side.commands.amend(request.caller, row, changes)
    kept: list[str] = document["tags"]
    return kept
