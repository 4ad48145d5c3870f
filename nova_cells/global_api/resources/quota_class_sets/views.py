# SPDX-License-Identifier: Apache-2.0
"""The operations of /os-quota-class-sets. Only the class "default" has an effect."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.resources.quota_class_sets import answers, policies, schemas
from nova_cells.global_api.resources.quota_sets import body, limits_store, presenter
from nova_cells.global_api.resources.quota_sets.service import refuse_unless_settable

SHAPE = "quota_class_set"


def class_in_path(request: Any) -> str:
    name = request.matchdict["name"]
    if len(name) > 255:
        raise BadRequest("The name of a quota class has at most 255 characters.")
    return name


@api_view(
    route_name="quota_class_set",
    policy=policies.SHOW,
    on=class_in_path,
    shape=SHAPE,
    answer=answers.SHOW,
)
def show(name: str, request: Any) -> Any:
    return {SHAPE: presenter.limits(_limits(name, request), request, id=name)}


@api_view(
    route_name="quota_class_set",
    request_method="PUT",
    policy=policies.UPDATE,
    on=class_in_path,
    body=schemas.UPDATE,
    shape=SHAPE,
    answer=answers.UPDATE,
)
def update(name: str, request: Any) -> Any:
    refuse_unless_settable(request.side.limits)
    wish = body.limits(request.document[SHAPE])
    request.side.database.write(
        lambda connection: limits_store.set_class_limits(connection, name, wish)
    )
    return {SHAPE: presenter.limits(_limits(name, request), request)}


def _limits(name: str, request: Any) -> dict[str, int]:
    limits = request.side.limits
    limits.refresh("")
    return request.side.database.read(lambda connection: limits.of_class(connection, name))
