# SPDX-License-Identifier: Apache-2.0
"""What each cell's services speak, and how old its schema is, as the cell tells it."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.admin.readings.finding import ordered
from nova_cells.global_api.router.cell_handle import CellHandle
from nova_cells.global_api.times import precise


def cells(side: Any) -> list[dict[str, Any]]:
    """All of them by name."""
    return [_cell(cell) for cell in ordered(side)]


def _cell(cell: CellHandle) -> dict[str, Any]:
    facts = cell.facts
    services = facts.services if facts is not None else []
    return {
        "uuid": cell.uuid,
        "name": cell.name,
        "schema_version": facts.schema_version if facts is not None else "",
        "spoken": (cell.peer() or {}).get("interfaces", {}),
        "services": [_service(service) for service in services],
    }


def _service(service: dict[str, Any]) -> dict[str, Any]:
    versions = service.get("versions") or {}
    return {
        "binary": service["binary"],
        "host": service["host"],
        "last_seen": precise(service["last_seen"]),
        "interfaces": {name: list(span) for name, span in versions.get("interfaces", {}).items()},
    }
