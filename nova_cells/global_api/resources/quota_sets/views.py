# SPDX-License-Identifier: Apache-2.0
"""The operations of /os-quota-sets."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.booleans import truth
from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.projects import check_project
from nova_cells.global_api.resources.quota_sets import answers, body, policies, presenter, schemas
from nova_cells.global_api.resources.quota_sets.service import QuotaSetService


def quotas_of(request: Any) -> QuotaSetService:
    return QuotaSetService(request.side.database, request.side.limits)


def owner_in_path(request: Any) -> dict[str, Any]:
    """The project, and the user of it the query may name."""
    query, project = getattr(request, "query", {}), request.matchdict["project"]
    if len(project) > 255:
        raise BadRequest("The id of a project has at most 255 characters.")
    return {
        "project_id": project,
        "user_id": query.get("user_id", ""),
    }


@api_view(
    route_name="quota_set",
    policy=policies.SHOW,
    on=owner_in_path,
    query=schemas.QUERY,
    shape=presenter.SHAPE,
    answer=answers.SHOW,
)
def show(owner: dict[str, Any], request: Any) -> Any:
    check_project(request, owner["project_id"])
    limits = quotas_of(request).limits(**owner)
    return {"quota_set": presenter.limits(limits, request, id=owner["project_id"])}


@api_view(
    route_name="quota_set_detail",
    policy=policies.DETAIL,
    on=owner_in_path,
    query=schemas.QUERY,
    shape=presenter.SHAPE,
    answer=answers.DETAIL,
)
def detail(owner: dict[str, Any], request: Any) -> Any:
    check_project(request, owner["project_id"])
    limits, used = quotas_of(request).limits_and_usage(**owner)
    return {"quota_set": presenter.details(limits, used, request, id=owner["project_id"])}


@api_view(
    route_name="quota_set_defaults",
    policy=policies.DEFAULTS,
    on=owner_in_path,
    shape=presenter.SHAPE,
    answer=answers.SHOW,
)
def defaults(owner: dict[str, Any], request: Any) -> Any:
    check_project(request, owner["project_id"])
    limits = quotas_of(request).defaults()
    return {"quota_set": presenter.limits(limits, request, id=owner["project_id"])}


@api_view(
    route_name="quota_set",
    request_method="PUT",
    policy=policies.UPDATE,
    on=owner_in_path,
    body=schemas.UPDATE,
    query=schemas.QUERY,
    shape=presenter.SHAPE,
    answer=answers.UPDATE,
)
def update(owner: dict[str, Any], request: Any) -> Any:
    check_project(request, owner["project_id"])
    wish = request.document["quota_set"]
    force = truth("force", wish.get("force", False))
    limits = quotas_of(request).update(**owner, wish=body.limits(wish), force=force)
    return {"quota_set": presenter.limits(limits, request)}


@api_view(
    route_name="quota_set",
    request_method="DELETE",
    policy=policies.DELETE,
    on=owner_in_path,
    query=schemas.QUERY,
    status=202,
)
def delete(owner: dict[str, Any], request: Any) -> None:
    quotas_of(request).reset(**owner)
