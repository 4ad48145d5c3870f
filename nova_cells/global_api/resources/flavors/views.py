# SPDX-License-Identifier: Apache-2.0
"""The operations of /flavors."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.booleans import truth
from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.policies import CHECKED_INSIDE
from nova_cells.global_api.resources.flavors import answers, body, policies, presenter, schemas
from nova_cells.global_api.resources.flavors.query import FlavorQuery
from nova_cells.global_api.resources.flavors.service import FlavorService
from nova_cells.global_api.resources.flavors.store import FlavorRow


def flavors_of(request: Any) -> FlavorService:
    return FlavorService(request.side.database, request.caller)


def flavor_of_path(request: Any) -> FlavorRow:
    """What the path names, if the caller may see it."""
    return flavors_of(request).find(request.matchdict["flavor_id"])


@api_view(
    route_name="flavors",
    policy=CHECKED_INSIDE,
    query=schemas.LIST_QUERY,
    shape=presenter.INDEX,
    answer=answers.LIST,
)
def index(_context: Any, request: Any) -> Any:
    rows, links = _page(request, "flavors")
    return {"flavors": [presenter.summary(row, request) for row in rows], **links}


@api_view(
    route_name="flavors_detail",
    policy=CHECKED_INSIDE,
    query=schemas.LIST_QUERY,
    answer=answers.DETAIL,
)
def detail(_context: Any, request: Any) -> Any:
    rows, links = _page(request, "flavors/detail")
    return {"flavors": presenter.details(rows, request), **links}


@api_view(route_name="flavor", policy=CHECKED_INSIDE, on=flavor_of_path, answer=answers.SHOW)
def show(flavor: FlavorRow, request: Any) -> Any:
    return {"flavor": presenter.detail(flavor, request)}


@api_view(
    route_name="flavors",
    request_method="POST",
    policy=policies.CREATE,
    body=schemas.CREATE,
    answer=answers.SHOW,
    faults=(409,),
)
def create(_context: Any, request: Any) -> Any:
    created = flavors_of(request).create(body.columns(request.document["flavor"]))
    return {"flavor": presenter.detail(created, request)}


@api_view(
    route_name="flavor",
    request_method="PUT",
    microversion="2.55-",
    policy=policies.UPDATE,
    body=schemas.UPDATE,
    answer=answers.SHOW,
)
def update(_context: Any, request: Any) -> Any:
    description = request.document["flavor"]["description"]
    changed = flavors_of(request).describe(request.matchdict["flavor_id"], description)
    return {"flavor": presenter.detail(changed, request)}


@api_view(route_name="flavor", request_method="DELETE", policy=policies.DELETE, status=202)
def delete(_context: Any, request: Any) -> None:
    flavors_of(request).delete(request.matchdict["flavor_id"])


def _page(request: Any, path: str) -> tuple[list[FlavorRow], dict[str, Any]]:
    """One page, and the link to the next if this one is full."""
    query = _query(request)
    rows = flavors_of(request).page(query)
    if rows and len(rows) == query.limit:
        return rows, {"flavors_links": request.next_link(path, rows[-1].flavorid)}
    return rows, {}


def _query(request: Any) -> FlavorQuery:
    given = request.query
    most = request.side.conf.api.max_limit
    return FlavorQuery(
        is_public=_is_public(given.get("is_public")) if request.caller.is_admin else True,
        min_ram=_number("minRam", given.get("minRam", "0")),
        min_disk=_number("minDisk", given.get("minDisk", "0")),
        name=given.get("name"),
        sort_key=given.get("sort_key", "flavorid"),
        descending=given.get("sort_dir") == "desc",
        marker=given.get("marker"),
        limit=min(given.get("limit", most), most),
    )


def _is_public(text: str | None) -> bool | None:
    """Not said is yes; "none" is both."""
    if text is None:
        return True
    if text.strip().lower() == "none":
        return None
    return truth("is_public", text)


def _number(name: str, text: str) -> int:
    try:
        return max(-1, min(int(text), schemas.MOST))
    except ValueError:
        raise BadRequest(f"Invalid {name} filter [{text}]") from None
