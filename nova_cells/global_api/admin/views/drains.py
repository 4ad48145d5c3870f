# SPDX-License-Identifier: Apache-2.0
"""GET /cells/v1/drains: the cells that are being emptied."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.admin import paging, policies
from nova_cells.global_api.admin.readings import drains, finding
from nova_cells.global_api.answer_fields import BOOLEAN, TEXT, TEXT_OR_NULL, UUID, WHOLE, listed
from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.versioning import QuerySchema, Shape, whole

DRAIN = Shape(
    "admin.drain",
    {
        "cell": TEXT,
        "uuid": UUID,
        "operation": TEXT_OR_NULL,
        "paused": BOOLEAN,
        "total": WHOLE,
        "left": WHOLE,
        "moving": WHOLE,
        "stuck": listed(whole({"server": UUID, "message": TEXT})),
    },
)
QUERY = QuerySchema("admin.drains", paging.PARAMETERS)


@api_view(
    route_name="admin.drains",
    policy=policies.DRAINS,
    query=QUERY,
    answer=paging.paged("drains", DRAIN),
)
def index(_root: Any, request: Any) -> Any:
    marker, limit = paging.asked(request)
    found, more = finding.page(drains.all_of(request.side), marker, limit, "uuid")
    return {"drains": found, "next": more}
