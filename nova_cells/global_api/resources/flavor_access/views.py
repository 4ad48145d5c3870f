# SPDX-License-Identifier: Apache-2.0
"""/flavors/{id}/os-flavor-access, and the two actions of a flavor."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import NotFound
from nova_cells.global_api.projects import check_project
from nova_cells.global_api.resources.flavor_access import answers, policies, schemas
from nova_cells.global_api.resources.flavor_access.service import FlavorAccessService
from nova_cells.global_api.resources.flavors.store import FlavorRow
from nova_cells.global_api.resources.flavors.views import flavor_of_path


def private_flavor(request: Any) -> FlavorRow:
    flavor = flavor_of_path(request)
    if flavor.is_public:
        raise NotFound("Access list not available for public flavors.")
    return flavor


def access_of(request: Any) -> FlavorAccessService:
    return FlavorAccessService(request.side.database)


@api_view(route_name="flavor_access", policy=policies.INDEX, on=private_flavor, answer=answers.LIST)
def index(flavor: FlavorRow, request: Any) -> Any:
    return _present(flavor, access_of(request).projects(flavor))


@api_view(
    route_name="flavor_action",
    request_method="POST",
    action="addTenantAccess",
    policy=policies.ADD,
    body=schemas.ADD,
    answer=answers.LIST,
    faults=(409,),
)
def add_tenant_access(_context: Any, request: Any) -> Any:
    flavor = flavor_of_path(request)
    tenant = request.document["addTenantAccess"]["tenant"]
    check_project(request, tenant)
    projects = access_of(request).grant(
        flavor,
        tenant,
        public_refused=request.gate("2.7-public-flavors-take-no-access"),
    )
    return _present(flavor, projects)


@api_view(
    route_name="flavor_action",
    request_method="POST",
    action="removeTenantAccess",
    policy=policies.REMOVE,
    body=schemas.REMOVE,
    answer=answers.LIST,
)
def remove_tenant_access(_context: Any, request: Any) -> Any:
    flavor = flavor_of_path(request)
    tenant = request.document["removeTenantAccess"]["tenant"]
    return _present(flavor, access_of(request).revoke(flavor, tenant))


def _present(flavor: FlavorRow, projects: list[str]) -> dict[str, Any]:
    return {
        "flavor_access": [
            {"flavor_id": flavor.flavorid, "tenant_id": project} for project in projects
        ]
    }
