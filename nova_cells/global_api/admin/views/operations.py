# SPDX-License-Identifier: Apache-2.0
"""GET /cells/v1/operations and one of them: what is under way, and what may be stuck."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.admin import paging, policies
from nova_cells.global_api.admin.readings import flights
from nova_cells.global_api.answer_fields import (
    BOOLEAN,
    MOMENT_OR_NULL,
    NUMBER,
    TEXT,
    TEXT_OR_NULL,
    WHOLE,
    listed,
)
from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.versioning import Answer, Choice, QuerySchema, Shape, Text, one, whole

_KNOWN = {
    **dict.fromkeys(("id", "kind", "action", "subject", "project_id", "request_id"), TEXT),
    **dict.fromkeys(("place", "direction"), TEXT),
    **dict.fromkeys(("host", "result", "message", "step"), TEXT_OR_NULL),
    **dict.fromkeys(("started_at", "updated_at", "finished_at", "deadline"), MOMENT_OR_NULL),
    **dict.fromkeys(("attempt", "tries"), WHOLE),
    **dict.fromkeys(("open", "at_risk"), BOOLEAN),
    "time_used": NUMBER,
}
FLIGHT = Shape("admin.flight", _KNOWN)
STEP = whole(
    {
        "name": TEXT,
        "attempt": WHOLE,
        "undo": BOOLEAN,
        "outcome": TEXT,
        **dict.fromkeys(("place", "message"), TEXT_OR_NULL),
        **dict.fromkeys(("started_at", "finished_at"), MOMENT_OR_NULL),
    }
)
TIMELINE = Shape(
    "admin.operation",
    {**_KNOWN, "details": TEXT_OR_NULL, "plan": listed(TEXT), "steps": listed(STEP)},
)
PLACE = Shape(
    "admin.place",
    {"place": TEXT, "answered": BOOLEAN, "reason": TEXT_OR_NULL, "next": TEXT_OR_NULL},
)
IN_FLIGHT = Answer(whole({"operations": listed(FLIGHT), "places": listed(PLACE)}))
_TRUE = ("true", "false")
QUERY = QuerySchema(
    "admin.operations",
    {**paging.PARAMETERS, "place": Text(longest=255), "at_risk": Choice(words=_TRUE)},
)


@api_view(
    route_name="admin.operations",
    policy=policies.OPERATIONS,
    query=QUERY,
    answer=IN_FLIGHT,
    faults=(404,),
)
def index(_root: Any, request: Any) -> Any:
    place = request.query.get("place")
    marker, limit = paging.asked(request)
    if marker is not None and place is None:
        raise BadRequest("A marker is of one place: name the place too.")
    late = request.query.get("at_risk") == "true"
    return flights.in_flight(request.side, place, marker, limit, late=late)


@api_view(
    route_name="admin.operation",
    policy=policies.OPERATIONS,
    answer=one("operation", TIMELINE),
    faults=(503,),
)
def show(_root: Any, request: Any) -> Any:
    named = request.matchdict
    return {"operation": flights.operation(request.side, named["place"], named["key"])}
