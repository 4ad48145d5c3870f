# SPDX-License-Identifier: Apache-2.0
"""The operations of /os-simple-tenant-usage. A page is one of servers, not of projects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.resources.tenant_usage import (
    answers,
    policies,
    presenter,
    schemas,
    store,
)
from nova_cells.global_api.resources.tenant_usage.usage import (
    Period,
    ProjectUse,
    ServerUse,
    by_project,
)
from nova_cells.runtime.clock import now


@dataclass(frozen=True)
class Project:
    """What the policy is asked about: usage has no owner in the database."""

    project_id: str


def project_of_path(request: Any) -> Project:
    return Project(request.matchdict["project_id"])


@api_view(route_name="tenant_usages", policy=policies.LIST, query=schemas.LIST, answer=answers.LIST)
def index(_context: Any, request: Any) -> Any:
    period = _period(request.query)
    detailed = request.query.get("detailed") == "1"
    projects, links = _page(request, period, None, "os-simple-tenant-usage")
    shown = [presenter.show(project, period, detailed=detailed) for project in projects]
    return {"tenant_usages": shown, **_named("tenant_usages_links", links)}


@api_view(
    route_name="tenant_usage",
    policy=policies.SHOW,
    query=schemas.SHOW,
    on=project_of_path,
    answer=answers.SHOW,
)
def show(project: Project, request: Any) -> Any:
    period = _period(request.query)
    path = f"os-simple-tenant-usage/{project.project_id}"
    projects, links = _page(request, period, project.project_id, path)
    shown = [presenter.show(each, period, detailed=True) for each in projects]
    return {"tenant_usage": shown[0] if shown else {}, **_named("tenant_usage_links", links)}


def _period(query: dict[str, Any]) -> Period:
    """Both ends are the present unless said otherwise."""
    moment = now()
    start, stop = query.get("start"), query.get("end")
    stop = moment if stop is None else stop
    start = moment - 1 if start is None else start
    if start >= stop:
        raise BadRequest("Invalid start time. The start time cannot occur after the end time.")
    return Period(start, stop, moment)


def _page(
    request: Any, period: Period, project_id: str | None, path: str
) -> tuple[list[ProjectUse], list[dict[str, str]]]:
    """Usage, and the link to the next page where the version has pages."""
    most = request.side.conf.api.max_limit
    paged = request.gate("2.40-usage-pages")
    limit = min(request.query.get("limit", most), most) if paged else None
    marker = request.query.get("marker")
    query = store.UsageQuery(period.start, period.stop, project_id, marker, limit)
    documents = request.side.database.read(lambda connection: store.lived(connection, query))
    full = bool(documents) and len(documents) == limit
    links = request.next_link(path, documents[-1]["uuid"]) if full else []
    return by_project(ServerUse.of(document, period) for document in documents), links


def _named(name: str, links: list[dict[str, str]]) -> dict[str, Any]:
    return {name: links} if links else {}
