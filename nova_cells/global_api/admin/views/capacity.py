# SPDX-License-Identifier: Apache-2.0
"""GET /cells/v1/capacity: how many of each flavor still fit, by zone and cell."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.admin import paging, policies
from nova_cells.global_api.admin.readings import capacity
from nova_cells.global_api.answer_fields import BOOLEAN, TEXT, WHOLE, listed
from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.versioning import QuerySchema, Shape, whole

FITS = Shape(
    "admin.capacity",
    {
        "flavor": TEXT,
        "name": TEXT,
        "places": WHOLE,
        "by_zone": listed(whole({"cell": TEXT, "zone": TEXT, "answers": BOOLEAN, "places": WHOLE})),
    },
)
QUERY = QuerySchema("admin.capacity", paging.PARAMETERS)


@api_view(
    route_name="admin.capacity",
    policy=policies.CAPACITY,
    query=QUERY,
    answer=paging.paged("capacity", FITS),
)
def index(_root: Any, request: Any) -> Any:
    found, more = capacity.page(request.side, *paging.asked(request))
    return {"capacity": found, "next": more}
