# SPDX-License-Identifier: Apache-2.0
"""GET /cells/v1/servers/{uuid}/routing: why it is there, why not there."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.admin import policies
from nova_cells.global_api.admin.readings import routing
from nova_cells.global_api.answer_fields import (
    BOOLEAN,
    MOMENT_OR_NULL,
    TEXT,
    TEXT_OR_NULL,
    UUID,
    WHOLE,
    WHOLE_OR_NULL,
    listed,
)
from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import NotFound
from nova_cells.global_api.versioning import Shape, one, whole
from nova_cells.global_api.versioning.formats import is_uuid

TRAIL = listed(whole({"filter": TEXT, "hosts_left": WHOLE}))
DECIDED = whole({"host": TEXT, "decided_at": MOMENT_OR_NULL, "trail": TRAIL})
REFUSAL = whole({"cell": TEXT, "code": TEXT_OR_NULL, "message": TEXT_OR_NULL, "trail": TRAIL})
CELL = whole(
    {
        **dict.fromkeys(("cell", "state"), TEXT),
        **dict.fromkeys(("takes_servers", "serves_zone", "answered"), BOOLEAN),
        **dict.fromkeys(("hosts", "hosts_left"), WHOLE_OR_NULL),
        "places": WHOLE,
        "reason": TEXT_OR_NULL,
        "trail": TRAIL,
    }
)
ROUTING = Shape(
    "admin.routing",
    {
        "server": UUID,
        "epoch": WHOLE,
        **dict.fromkeys(("cell", "host", "fault"), TEXT_OR_NULL),
        "decided": {"anyOf": [DECIDED, {"type": "null"}]},
        "refusals": listed(REFUSAL),
        "wish_known": BOOLEAN,
        "cells": listed(CELL),
    },
)


@api_view(route_name="admin.routing", policy=policies.ROUTING, answer=one("routing", ROUTING))
def show(_root: Any, request: Any) -> Any:
    uuid = request.matchdict["uuid"]
    if not is_uuid(uuid):
        raise NotFound(f"There is no server {uuid[:64]!r}.")
    return {"routing": routing.of_server(request.side, uuid)}
