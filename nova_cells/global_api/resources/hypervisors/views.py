# SPDX-License-Identifier: Apache-2.0
"""The operations of /os-hypervisors."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.booleans import truth
from nova_cells.global_api.faults import BadRequest, NotFound
from nova_cells.global_api.resources.hypervisors import answers, policies, presenter, schemas
from nova_cells.global_api.resources.hypervisors.service import Hypervisor, HypervisorService
from nova_cells.global_api.versioning.formats import is_uuid


def hypervisors_of(request: Any) -> HypervisorService:
    return HypervisorService(request.side.hosts, request.side.database)


@api_view(
    route_name="hypervisors",
    policy=policies.LIST,
    query=schemas.LIST_QUERY,
    shape=presenter.INDEX,
    answer=answers.LIST,
    faults=(404,),
)
def index(_context: Any, request: Any) -> Any:
    return _list(request, "os-hypervisors", presenter.summary)


@api_view(
    route_name="hypervisors_detail",
    policy=policies.DETAIL,
    query=schemas.LIST_QUERY,
    shape=presenter.DETAIL,
    answer=answers.DETAIL,
    faults=(404,),
)
def detail(_context: Any, request: Any) -> Any:
    return _list(request, "os-hypervisors/detail", presenter.detail)


@api_view(
    route_name="hypervisor",
    policy=policies.SHOW,
    query=schemas.SHOW_QUERY,
    shape=presenter.DETAIL,
    answer=answers.SHOW,
)
def show(_context: Any, request: Any) -> Any:
    found = _chosen(request, [hypervisors_of(request).find(key_of_path(request))])
    return {"hypervisor": presenter.detail(found[0], request)}


@api_view(
    route_name="hypervisors_statistics",
    microversion="2.1-2.87",
    policy=policies.STATISTICS,
    answer=answers.STATISTICS,
)
def statistics(_context: Any, request: Any) -> Any:
    return {"hypervisor_statistics": presenter.statistics(hypervisors_of(request).all())}


@api_view(
    route_name="hypervisor_uptime",
    microversion="2.1-2.87",
    policy=policies.UPTIME,
    shape=presenter.UPTIME,
    answer=answers.UPTIME,
    faults=(501,),
)
def uptime(_context: Any, request: Any) -> Any:
    found, text = hypervisors_of(request).with_uptime(key_of_path(request))
    return {"hypervisor": presenter.uptime(found, text, request)}


@api_view(
    route_name="hypervisor_search",
    microversion="2.1-2.52",
    policy=policies.SEARCH,
    shape=presenter.INDEX,
    answer=answers.FOUND,
)
def search(_context: Any, request: Any) -> Any:
    found = hypervisors_of(request).matching(request.matchdict["hypervisor"])
    return {"hypervisors": [presenter.summary(each, request) for each in found]}


@api_view(
    route_name="hypervisor_servers",
    microversion="2.1-2.52",
    policy=policies.SERVERS,
    shape=presenter.INDEX,
    answer=answers.FOUND,
)
def servers(_context: Any, request: Any) -> Any:
    service = hypervisors_of(request)
    found = service.with_servers(service.matching(request.matchdict["hypervisor"]))
    return {"hypervisors": [presenter.summary(each, request) for each in found]}


def key_of_path(request: Any) -> str | int:
    """A number until 2.52, a uuid from then on."""
    key = request.matchdict["hypervisor"]
    if request.gate("2.53-uuids"):
        if not is_uuid(key):
            raise BadRequest(f"Invalid uuid {key}")
        return key
    if not key.isdecimal() or len(key) > 18:
        raise NotFound(f"Hypervisor with ID '{key}' could not be found.")
    return int(key)


def _list(request: Any, path: str, present: Any) -> dict[str, Any]:
    query, service = request.query, hypervisors_of(request)
    pattern, links = query.get("hypervisor_hostname_pattern"), {}
    if pattern is not None:
        if "limit" in query or "marker" in query:
            raise BadRequest(
                "Paging over hypervisors with the hypervisor_hostname_pattern query parameter "
                "is not supported."
            )
        found = service.matching(pattern)
    else:
        limit = _limit(request)
        found = service.page(query.get("marker"), limit)
        if found and len(found) == limit and request.gate("2.33-hypervisor-pages"):
            links = {"hypervisors_links": request.next_link(path, _marker(found[-1], request))}
    shown = [present(each, request) for each in _chosen(request, found)]
    return {"hypervisors": shown, **links}


def _chosen(request: Any, found: list[Hypervisor]) -> list[Hypervisor]:
    if truth("with_servers", request.query.get("with_servers", "false")):
        return hypervisors_of(request).with_servers(found)
    return found


def _limit(request: Any) -> int:
    most: int = request.side.conf.api.max_limit
    if not request.gate("2.33-hypervisor-pages"):
        return 2**31
    return min(request.query.get("limit", most), most)


def _marker(last: Hypervisor, request: Any) -> str:
    return last.host.uuid if request.gate("2.53-uuids") else str(last.host.id)
