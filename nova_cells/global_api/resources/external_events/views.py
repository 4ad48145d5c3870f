# SPDX-License-Identifier: Apache-2.0
"""POST /os-server-external-events: 200 if every event was fine, else 207 with a code for each."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.resources.external_events import answers, policies, schemas, service
from nova_cells.global_api.responses import render


@api_view(
    route_name="external_events",
    request_method="POST",
    policy=policies.CREATE,
    body=schemas.CREATE,
    answer=answers.CREATE,
    also=(207,),
)
def create(_context: Any, request: Any) -> Any:
    side, events = request.side, request.document["events"]
    answered = service.take(side.database, side.index, side.cells, events)
    return render(request, {"events": answered}, 200 if service.all_fine(answered) else 207)
