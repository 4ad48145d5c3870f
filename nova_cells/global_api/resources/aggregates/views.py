# SPDX-License-Identifier: Apache-2.0
"""The operations of /os-aggregates."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import BadRequest, NotFound
from nova_cells.global_api.resources.aggregates import answers, policies, presenter, schemas
from nova_cells.global_api.resources.aggregates.service import AggregateService


def service_of(request: Any) -> AggregateService:
    return AggregateService(request.side.aggregates, request.side.hosts)


def key_of(request: Any) -> int:
    """The number in the path."""
    text = request.matchdict["aggregate_id"]
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal()):
        raise BadRequest(f"Invalid value for aggregate id: {text}")
    if len(digits) > 9 or digits != text:
        raise NotFound(f"Aggregate {text} could not be found.")
    return int(text)


@api_view(
    route_name="aggregates", policy=policies.INDEX, shape=presenter.SHAPE, answer=answers.LIST
)
def index(_context: Any, request: Any) -> Any:
    found = request.side.aggregates.list()
    return {"aggregates": [presenter.show(aggregate, request) for aggregate in found]}


@api_view(
    route_name="aggregates",
    request_method="POST",
    policy=policies.CREATE,
    body=schemas.CREATE,
    shape=presenter.SHAPE,
    answer=answers.CREATE,
    faults=(409,),
)
def create(_context: Any, request: Any) -> Any:
    made = service_of(request).create(request.document["aggregate"])
    return {"aggregate": presenter.summary(made, request)}


@api_view(route_name="aggregate", policy=policies.SHOW, shape=presenter.SHAPE, answer=answers.SHOW)
def show(_context: Any, request: Any) -> Any:
    return {"aggregate": presenter.show(request.side.aggregates.get(key_of(request)), request)}


@api_view(
    route_name="aggregate",
    request_method="PUT",
    policy=policies.UPDATE,
    body=schemas.UPDATE,
    shape=presenter.SHAPE,
    answer=answers.SHOW,
    faults=(409,),
)
def update(_context: Any, request: Any) -> Any:
    changed = service_of(request).update(key_of(request), request.document["aggregate"])
    return {"aggregate": presenter.show(changed, request)}


@api_view(route_name="aggregate", request_method="DELETE", policy=policies.DELETE)
def delete(_context: Any, request: Any) -> None:
    request.side.aggregates.delete(key_of(request))


@api_view(
    route_name="aggregate_action",
    request_method="POST",
    action="add_host",
    policy=policies.ADD_HOST,
    body=schemas.ADD_HOST,
    shape=presenter.SHAPE,
    answer=answers.SHOW,
    faults=(409,),
)
def add_host(_context: Any, request: Any) -> Any:
    host = request.document["add_host"]["host"]
    changed = service_of(request).add_host(key_of(request), host)
    return {"aggregate": presenter.show(changed, request)}


@api_view(
    route_name="aggregate_action",
    request_method="POST",
    action="remove_host",
    policy=policies.REMOVE_HOST,
    body=schemas.REMOVE_HOST,
    shape=presenter.SHAPE,
    answer=answers.SHOW,
    faults=(409,),
)
def remove_host(_context: Any, request: Any) -> Any:
    host = request.document["remove_host"]["host"]
    changed = service_of(request).remove_host(key_of(request), host)
    return {"aggregate": presenter.show(changed, request)}


@api_view(
    route_name="aggregate_action",
    request_method="POST",
    action="set_metadata",
    policy=policies.SET_METADATA,
    body=schemas.SET_METADATA,
    shape=presenter.SHAPE,
    answer=answers.SHOW,
)
def set_metadata(_context: Any, request: Any) -> Any:
    values = request.document["set_metadata"]["metadata"]
    changed = service_of(request).set_metadata(key_of(request), values)
    return {"aggregate": presenter.show(changed, request)}
