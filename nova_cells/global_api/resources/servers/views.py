# SPDX-License-Identifier: Apache-2.0
"""The operations of /servers."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.policies import CHECKED_INSIDE
from nova_cells.global_api.resources.server_groups import store as groups
from nova_cells.global_api.resources.servers import answers, policies, presenter, schemas
from nova_cells.global_api.resources.servers.creation import ServerCreation
from nova_cells.global_api.resources.servers.filters import Asker, Filters
from nova_cells.global_api.resources.servers.lookup import server_of_caller
from nova_cells.global_api.resources.servers.presenter import ServerPresenter
from nova_cells.global_api.resources.servers.update import changes_of


@api_view(
    route_name="servers", policy=CHECKED_INSIDE, query=schemas.LIST_QUERY, answer=answers.LIST
)
def index(_root: Any, request: Any) -> Any:
    request.enforce(policies.INDEX)
    return _page(request, "servers", policies.INDEX_ALL, "brief")


@api_view(
    route_name="servers_detail",
    policy=CHECKED_INSIDE,
    query=schemas.LIST_QUERY,
    answer=answers.DETAIL,
)
def detail(_root: Any, request: Any) -> Any:
    request.enforce(policies.DETAILS)
    return _page(request, "servers/detail", policies.DETAILS_ALL, "full")


@api_view(route_name="server", policy=policies.SHOW, on=server_of_caller, answer=answers.SHOW)
def show(row: IndexRow, request: Any) -> Any:
    return {"server": one(request.side.commands.current(row), request, presenter.SHOW)}


@api_view(
    route_name="servers",
    request_method="POST",
    policy=policies.CREATE,
    body=schemas.CREATE,
    status=202,
    answer=answers.CREATE,
    faults=(409,),
)
def create(_root: Any, request: Any) -> Any:
    specs, wish = ServerCreation(request).accept(request.document)
    if wish.return_reservation_id:
        return {"reservation_id": specs[0].reservation_id}
    uuid = specs[0].uuid
    request.extra_headers.append(("Location", f"{request.version_url}/servers/{uuid}"))
    server: dict[str, Any] = {
        "id": uuid,
        "links": request.links(f"servers/{uuid}"),
        "OS-DCF:diskConfig": specs[0].disk_config,
        "security_groups": [{"name": name} for name in specs[0].security_groups],
    }
    if request.side.conf.api.enable_instance_password:
        server["adminPass"] = specs[0].admin_password
    return {"server": server}


@api_view(
    route_name="server",
    request_method="PUT",
    policy=policies.UPDATE,
    on=server_of_caller,
    body=schemas.UPDATE,
    answer=answers.UPDATE,
    faults=(409,),
)
def update(row: IndexRow, request: Any) -> Any:
    changes = changes_of(request.document["server"], row)
    if changes:
        request.side.commands.amend(request.caller, row, changes)
        row = request.side.index.get(row.uuid) or row
    return {"server": one(row, request, presenter.UPDATE)}


@api_view(
    route_name="server",
    request_method="DELETE",
    policy=policies.DELETE,
    on=server_of_caller,
    status=204,
    faults=(409,),
)
def delete(row: IndexRow, request: Any) -> None:
    request.side.commands.delete(request.caller, row)


def one(row: IndexRow, request: Any, shape: str) -> dict[str, Any]:
    """One server in the form of an answer about one."""
    found = None
    if request.plan_of(shape).shows("server_groups"):
        found = request.side.database.read(lambda c: groups.groups_of(c, row.uuid))
    return ServerPresenter(request, shape).full(row, found)


def _page(request: Any, path: str, all_projects: str, form: str) -> dict[str, Any]:
    filters = Filters(request.query, _asker(request))
    if filters.all_projects:
        request.enforce(all_projects)
    question = filters.question(request.side.conf.api.max_limit)
    rows = request.side.index.list(question) if question is not None else []
    present = getattr(ServerPresenter(request, presenter.DETAIL), form)
    page: dict[str, Any] = {"servers": [present(row) for row in rows]}
    if rows and question is not None and len(rows) == question.limit:
        page["servers_links"] = request.next_link(path, rows[-1].uuid)
    return page


def _asker(request: Any) -> Asker:
    return Asker(
        project_id=request.caller.project_id,
        is_admin=request.caller.is_admin,
        all_filters=request.may(policies.ALL_FILTERS),
        ip6_for_all=request.gate("2.5-ip6-filter-for-all"),
        more_for_all=request.gate("2.83-more-filters-for-all"),
        unknown_status_refused=request.gate("2.38-unknown-status-is-refused"),
        sort_by_lock=request.gate("2.73-sort-by-lock"),
    )
