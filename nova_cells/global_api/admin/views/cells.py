# SPDX-License-Identifier: Apache-2.0
"""GET /cells/v1/cells and /cells/v1/cells/{cell}: the fleet as this process sees it."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.admin import paging, policies
from nova_cells.global_api.admin.readings import finding, fleet
from nova_cells.global_api.answer_fields import (
    ANYTHING,
    BOOLEAN,
    MOMENT_OR_NULL,
    TEXT,
    TEXT_OR_NULL,
    UUID,
    WHOLE,
    words,
)
from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.cell_states import STATES
from nova_cells.global_api.versioning import QuerySchema, Shape, one

CELL = Shape(
    "admin.cell",
    {
        "uuid": UUID,
        "name": TEXT,
        "state": words(*STATES),
        "answers": BOOLEAN,
        "fresh": BOOLEAN,
        "refused_because": TEXT_OR_NULL,
        "heard_at": MOMENT_OR_NULL,
        "lag_seconds": {"type": ["number", "null"]},
        "rules": ANYTHING,
        "hosts": WHOLE,
        "hosts_up": WHOLE,
        "servers": WHOLE,
    },
)
QUERY = QuerySchema("admin.cells", paging.PARAMETERS)


@api_view(
    route_name="admin.cells",
    policy=policies.FLEET,
    query=QUERY,
    answer=paging.paged("cells", CELL),
)
def index(_root: Any, request: Any) -> Any:
    marker, limit = paging.asked(request)
    found, more = finding.page(fleet.cells(request.side), marker, limit, "uuid")
    return {"cells": found, "next": more}


@api_view(route_name="admin.cell", policy=policies.SHOW, answer=one("cell", CELL))
def show(_root: Any, request: Any) -> Any:
    side = request.side
    handle = finding.cell_of(side, request.matchdict["cell"])
    return {"cell": fleet.cell(handle, fleet.counts(side))}
