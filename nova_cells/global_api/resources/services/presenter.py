# SPDX-License-Identifier: Apache-2.0
"""Services as the newest version shows them."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.resources.services.service import Service
from nova_cells.global_api.times import precise

SHAPE = "service.show"


def show(service: Service, request: Any) -> dict[str, Any]:
    """Of a silent cell only what can't have changed, where the version has words for that."""
    if not service.fresh and request.gate("2.69-rows-of-silent-cells-are-minimal"):
        return {"binary": service.binary, "host": service.host, "status": "UNKNOWN"}
    document = {
        "id": service.uuid,
        "binary": service.binary,
        "host": service.host,
        "zone": service.zone,
        "status": "enabled" if service.enabled else "disabled",
        "state": "up" if service.up else "down",
        "updated_at": precise(service.seen_at),
        "disabled_reason": service.disabled_reason,
        "forced_down": service.forced_down,
    }
    return request.plan.step_back(document, {"number": service.id})
