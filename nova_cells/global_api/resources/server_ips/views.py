# SPDX-License-Identifier: Apache-2.0
"""The operations of /servers/{id}/ips."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import NotFound
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.server_ips import answers, policies
from nova_cells.global_api.resources.servers.lookup import server_of_caller


@api_view(route_name="server_ips", policy=policies.INDEX, on=server_of_caller, answer=answers.LIST)
def index(row: IndexRow, request: Any) -> Any:
    networks = row.document["addresses"]
    return {"addresses": {label: _addresses(nics) for label, nics in networks.items()}}


@api_view(
    route_name="server_ips_of_network",
    policy=policies.SHOW,
    on=server_of_caller,
    answer=answers.SHOW,
)
def show(row: IndexRow, request: Any) -> Any:
    label = request.matchdict["label"]
    nics = row.document["addresses"].get(label)
    if nics is None:
        raise NotFound("Instance is not a member of specified network")
    return {label: _addresses(nics)}


def _addresses(nics: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"version": nic["version"], "addr": nic["addr"]} for nic in nics]
