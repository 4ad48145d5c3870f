# SPDX-License-Identifier: Apache-2.0
"""GET /limits."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.resources.limits import answers, policies, presenter
from nova_cells.global_api.resources.quota_sets.views import quotas_of
from nova_cells.global_api.versioning import Parameter, QuerySchema

QUERY = QuerySchema("limits", {"tenant_id": Parameter(last=True), "reserved": Parameter(last=True)})


@api_view(
    route_name="limits",
    policy=policies.SHOW,
    query=QUERY,
    shape=presenter.SHAPE,
    answer=answers.SHOW,
)
def show(_context: Any, request: Any) -> Any:
    project = request.query.get("tenant_id")
    if project:
        request.enforce(policies.OTHER_PROJECT, {"project_id": project})
    limits, used = quotas_of(request).limits_and_usage(project or request.caller.project_id, "")
    return {"limits": presenter.show(limits, used, request)}
