# SPDX-License-Identifier: Apache-2.0
"""The operations of /flavors/{id}/os-extra_specs."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.resources.flavor_extra_specs import answers, policies, schemas
from nova_cells.global_api.resources.flavor_extra_specs.service import (
    ExtraSpecNotFound,
    ExtraSpecService,
)
from nova_cells.global_api.resources.flavors.store import FlavorRow
from nova_cells.global_api.resources.flavors.views import flavor_of_path


@api_view(
    route_name="flavor_extra_specs", policy=policies.INDEX, on=flavor_of_path, answer=answers.SPECS
)
def index(flavor: FlavorRow, request: Any) -> Any:
    return {"extra_specs": flavor.extra_specs}


@api_view(
    route_name="flavor_extra_spec", policy=policies.SHOW, on=flavor_of_path, answer=answers.SPEC
)
def show(flavor: FlavorRow, request: Any) -> Any:
    key = request.matchdict["key"]
    if key not in flavor.extra_specs:
        raise ExtraSpecNotFound(flavor.flavorid, key)
    return {key: flavor.extra_specs[key]}


@api_view(
    route_name="flavor_extra_specs",
    request_method="POST",
    policy=policies.CREATE,
    body=schemas.CREATE,
    answer=answers.SPECS,
    faults=(409,),
)
def create(_context: Any, request: Any) -> Any:
    return {"extra_specs": _put(request, request.document["extra_specs"])}


@api_view(
    route_name="flavor_extra_spec",
    request_method="PUT",
    policy=policies.UPDATE,
    body=schemas.UPDATE,
    answer=answers.SPEC,
    faults=(409,),
)
def update(_context: Any, request: Any) -> Any:
    key = request.matchdict["key"]
    if key not in request.document:
        raise BadRequest(f"Request body and URI mismatch: {key} is not in the body.")
    return _put(request, request.document)


@api_view(route_name="flavor_extra_spec", request_method="DELETE", policy=policies.DELETE)
def delete(_context: Any, request: Any) -> None:
    service = ExtraSpecService(request.side.database)
    service.remove(request.matchdict["flavor_id"], request.matchdict["key"])


def _put(request: Any, specs: dict[str, object]) -> dict[str, str]:
    return ExtraSpecService(request.side.database).put(
        request.matchdict["flavor_id"],
        specs,
        known_values_only=request.gate("2.86-extra-spec-values-are-checked"),
    )
