# SPDX-License-Identifier: Apache-2.0
"""GET /cells/v1/cells/{cell}/drift: compare the index with one cell now."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.admin import policies
from nova_cells.global_api.admin.readings import drift
from nova_cells.global_api.answer_fields import TEXT, UUID, WHOLE, listed, words
from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.index.check import AHEAD, BEHIND, MISSING, SURPLUS
from nova_cells.global_api.versioning import Answer, whole

DIFFERENCE = whole(
    {"server": UUID, "project_id": TEXT, "kind": words(MISSING, BEHIND, AHEAD, SURPLUS)}
)
DRIFT = Answer(whole({"cell": TEXT, "number": WHOLE, "differences": listed(DIFFERENCE)}))


@api_view(route_name="admin.drift", policy=policies.DRIFT, answer=DRIFT, faults=(409, 503))
def show(_root: Any, request: Any) -> Any:
    return drift.of_cell(request.side, request.matchdict["cell"])
