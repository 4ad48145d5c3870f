# SPDX-License-Identifier: Apache-2.0
"""Reads of /servers/{id}/os-volume_attachments."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import NotFound
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.server_volumes import answers, policies, presenter
from nova_cells.global_api.resources.servers.lookup import server_of_caller
from nova_cells.global_api.versioning import Number, QuerySchema

LIST = QuerySchema(
    "volume_attachment.list", {"limit": Number(last=True), "offset": Number(last=True)}
)


@api_view(
    route_name="server_volumes",
    policy=policies.INDEX,
    on=server_of_caller,
    query=LIST,
    shape=presenter.SHAPE,
    answer=answers.LIST,
)
def index(row: IndexRow, request: Any) -> Any:
    most = request.side.conf.api.max_limit
    offset, limit = request.query.get("offset", 0), min(request.query.get("limit", most), most)
    volumes = row.document["volumes"][offset : offset + limit]
    return {"volumeAttachments": [presenter.show(row, volume, request) for volume in volumes]}


@api_view(
    route_name="server_volume",
    policy=policies.SHOW,
    on=server_of_caller,
    shape=presenter.SHAPE,
    answer=answers.SHOW,
)
def show(row: IndexRow, request: Any) -> Any:
    wanted = request.matchdict["volume_id"]
    for volume in row.document["volumes"]:
        if volume["id"] == wanted:
            return {"volumeAttachment": presenter.show(row, volume, request)}
    raise NotFound(f"Instance {row.uuid} has no volume {wanted} attached.")
