# SPDX-License-Identifier: Apache-2.0
"""The operations of /os-services."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.resources.services import answers, changes, policies, presenter, schemas
from nova_cells.global_api.resources.services.service import Service, ServiceDirectory
from nova_cells.global_api.versioning.formats import is_uuid


def services_of(request: Any) -> ServiceDirectory:
    return ServiceDirectory(request.side.hosts)


@api_view(
    route_name="services",
    policy=policies.LIST,
    query=schemas.LIST_QUERY,
    shape=presenter.SHAPE,
    answer=answers.LIST,
)
def index(_context: Any, request: Any) -> Any:
    query = request.query
    found = services_of(request).matching(host=query.get("host"), binary=query.get("binary"))
    return {"services": [presenter.show(service, request) for service in found]}


@api_view(
    route_name="service",
    request_method="PUT",
    microversion="2.1-2.52",
    policy=policies.UPDATE,
    body=schemas.ACT,
    answer=answers.ACT,
    faults=(503,),
)
def act(_context: Any, request: Any) -> Any:
    """The path names what to do, the body to whom."""
    body = request.document
    wish, shown = changes.of_action(
        request.matchdict["service"], body, may_force_down=request.gate("2.11-force-down")
    )
    directory = services_of(request)
    directory.update(directory.find_by_name(body["host"], body["binary"]), wish)
    return {"service": {"host": body["host"], "binary": body["binary"], **shown}}


@api_view(
    route_name="service",
    request_method="PUT",
    microversion="2.53-",
    policy=policies.UPDATE,
    body=schemas.UPDATE,
    shape=presenter.SHAPE,
    answer=answers.UPDATE,
    faults=(503,),
)
def update(_context: Any, request: Any) -> Any:
    service, directory = service_of_path(request), services_of(request)
    changed = directory.update(service, changes.of_update(request.document))
    return {"service": presenter.show(changed, request)}


@api_view(
    route_name="service",
    request_method="DELETE",
    policy=policies.DELETE,
    status=204,
    faults=(409, 503),
)
def delete(_context: Any, request: Any) -> None:
    service, directory = service_of_path(request), services_of(request)
    directory.delete(service)
    if not directory.matching(host=service.host, binary=service.binary):
        request.side.aggregates.forget_host(service.host)


def service_of_path(request: Any) -> Service:
    """A number until 2.52, a uuid from then on."""
    key = request.matchdict["service"]
    if request.gate("2.53-uuids"):
        if not is_uuid(key):
            raise BadRequest(f"Invalid uuid {key}")
        return services_of(request).find(key)
    if not key.isdecimal() or len(key) > 18:
        raise BadRequest(f"Invalid value for service id: {key}")
    return services_of(request).find(int(key))
