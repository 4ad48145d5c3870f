# SPDX-License-Identifier: Apache-2.0
"""The operations of /servers/{id}/shares. The share service has them; a server only mounts them.

Its own record of a share, and where it is exported, are for administrators.
"""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import NotFound
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.others import told
from nova_cells.global_api.resources.server_shares import answers, policies, schemas
from nova_cells.global_api.resources.servers.lookup import server_of_caller

SINCE = "2.97-"
FOR_ALL = ("share_id", "status", "tag")


@api_view(
    route_name="server_shares",
    microversion=SINCE,
    policy=policies.INDEX,
    on=server_of_caller,
    answer=answers.LIST,
)
def index(row: IndexRow, request: Any) -> Any:
    return {"shares": [_shown(share, FOR_ALL) for share in _shares(row, request)]}


@api_view(
    route_name="server_share",
    microversion=SINCE,
    policy=policies.SHOW,
    on=server_of_caller,
    answer=answers.SHOW,
)
def show(row: IndexRow, request: Any) -> Any:
    wanted = request.matchdict["share_id"]
    for share in _shares(row, request):
        if share["share_id"] == wanted:
            whole = ("uuid", *FOR_ALL, "export_location")
            return {"share": _shown(share, whole if request.caller.is_admin else FOR_ALL)}
    raise NotFound(f"Share {wanted} is not attached to instance {row.uuid}.")


@api_view(
    route_name="server_shares",
    request_method="POST",
    microversion=SINCE,
    policy=policies.CREATE,
    on=server_of_caller,
    body=schemas.CREATE,
    status=201,
    answer=answers.SHOW,
    faults=(409,),
)
def create(row: IndexRow, request: Any) -> Any:
    request.side.commands.check(row, "attach_share")
    wish = request.document["share"]
    share_id = wish["share_id"]
    with told():
        made = request.side.others.shares.attach(
            request.caller, row.uuid, share_id, wish.get("tag", share_id)
        )
    return {"share": _shown(made, FOR_ALL)}


@api_view(
    route_name="server_share",
    request_method="DELETE",
    microversion=SINCE,
    policy=policies.DELETE,
    on=server_of_caller,
    faults=(409,),
)
def delete(row: IndexRow, request: Any) -> None:
    request.side.commands.check(row, "detach_share")
    with told():
        request.side.others.shares.detach(request.caller, row.uuid, request.matchdict["share_id"])


def _shares(row: IndexRow, request: Any) -> list[dict[str, Any]]:
    with told():
        found: list[dict[str, Any]] = request.side.others.shares.of(request.caller, row.uuid)
    return found


def _shown(share: dict[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    return {name: share[name] for name in fields}
