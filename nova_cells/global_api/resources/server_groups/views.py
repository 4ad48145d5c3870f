# SPDX-License-Identifier: Apache-2.0
"""The operations of /os-server-groups."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.resources.server_groups import answers, policies, presenter, schemas
from nova_cells.global_api.resources.server_groups.service import ServerGroupService
from nova_cells.global_api.resources.server_groups.store import Group


def groups_of(request: Any) -> ServerGroupService:
    limits = request.side.limits
    return ServerGroupService(request.side.database, limits, request.caller)


def group_of_path(request: Any) -> Group:
    return groups_of(request).find(request.matchdict["group_id"])


@api_view(
    route_name="server_groups",
    policy=policies.INDEX,
    query=schemas.LIST_QUERY,
    shape=presenter.SHAPE,
    answer=answers.LIST,
)
def index(_context: Any, request: Any) -> Any:
    everybody = "all_projects" in request.query and request.may(policies.ALL_PROJECTS)
    most = request.side.conf.api.max_limit
    found = groups_of(request).page(
        all_projects=everybody,
        offset=min(request.query.get("offset", 0), 2**31 - 1),
        limit=min(request.query.get("limit", most), most),
    )
    return {"server_groups": [presenter.show(group, request) for group in found]}


@api_view(
    route_name="server_groups",
    request_method="POST",
    policy=policies.CREATE,
    body=schemas.CREATE,
    shape=presenter.SHAPE,
    answer=answers.SHOW,
    faults=(409,),
)
def create(_context: Any, request: Any) -> Any:
    made = groups_of(request).create(request.document["server_group"])
    return {"server_group": presenter.show(made, request)}


@api_view(
    route_name="server_group",
    policy=policies.SHOW,
    on=group_of_path,
    shape=presenter.SHAPE,
    answer=answers.SHOW,
)
def show(group: Group, request: Any) -> Any:
    return {"server_group": presenter.show(group, request)}


@api_view(
    route_name="server_group",
    request_method="DELETE",
    policy=policies.DELETE,
    on=group_of_path,
    status=204,
)
def delete(group: Group, request: Any) -> None:
    groups_of(request).delete(group)
