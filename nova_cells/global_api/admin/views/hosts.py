# SPDX-License-Identifier: Apache-2.0
"""GET /cells/v1/hosts and /cells/v1/hosts/{host}: hosts of all cells, or of one."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.admin import paging, policies
from nova_cells.global_api.admin.readings import finding, hosts
from nova_cells.global_api.answer_fields import (
    BOOLEAN,
    MOMENT_OR_NULL,
    TEXT,
    TEXT_OR_NULL,
    UUID,
    WHOLE,
    listed,
)
from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.versioning import QuerySchema, Shape, Text, one

USED_AND_THERE = listed(WHOLE)
HOST = Shape(
    "admin.host",
    {
        "uuid": UUID,
        "name": TEXT,
        "node": TEXT,
        "cell": TEXT,
        "zone": TEXT,
        "driver": TEXT,
        "up": BOOLEAN,
        "fresh": BOOLEAN,
        "enabled": BOOLEAN,
        "disabled_reason": TEXT_OR_NULL,
        "forced_down": BOOLEAN,
        "running_vms": WHOLE,
        "last_seen": MOMENT_OR_NULL,
        "vcpus": USED_AND_THERE,
        "memory_mb": USED_AND_THERE,
        "disk_gb": USED_AND_THERE,
    },
)
QUERY = QuerySchema("admin.hosts", {**paging.PARAMETERS, "cell": Text(longest=255)})


@api_view(
    route_name="admin.hosts",
    policy=policies.HOSTS,
    query=QUERY,
    answer=paging.paged("hosts", HOST),
    faults=(404,),
)
def index(_root: Any, request: Any) -> Any:
    side, named = request.side, request.query.get("cell")
    cell = finding.cell_of(side, named).uuid if named is not None else None
    marker, limit = paging.asked(request)
    found, more = hosts.page(side, cell, marker, limit)
    return {"hosts": found, "next": more}


@api_view(route_name="admin.host", policy=policies.HOSTS, answer=one("host", HOST))
def show(_root: Any, request: Any) -> Any:
    return {"host": hosts.one(request.side, request.matchdict["host"])}
