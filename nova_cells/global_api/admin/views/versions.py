# SPDX-License-Identifier: Apache-2.0
"""GET /cells/v1/versions: what the services of each cell speak."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.admin import paging, policies
from nova_cells.global_api.admin.readings import finding, versions
from nova_cells.global_api.answer_fields import MOMENT_OR_NULL, TEXT, UUID, listed, mapped
from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.versioning import QuerySchema, Shape, whole

_SPANS = mapped(listed(TEXT))
SPEAKS = Shape(
    "admin.versions",
    {
        "uuid": UUID,
        "name": TEXT,
        "schema_version": TEXT,
        "spoken": _SPANS,
        "services": listed(
            whole({"binary": TEXT, "host": TEXT, "last_seen": MOMENT_OR_NULL, "interfaces": _SPANS})
        ),
    },
)
QUERY = QuerySchema("admin.versions", paging.PARAMETERS)


@api_view(
    route_name="admin.versions",
    policy=policies.VERSIONS,
    query=QUERY,
    answer=paging.paged("versions", SPEAKS),
)
def index(_root: Any, request: Any) -> Any:
    marker, limit = paging.asked(request)
    found, more = finding.page(versions.cells(request.side), marker, limit, "uuid")
    return {"versions": found, "next": more}
