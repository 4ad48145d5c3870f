# SPDX-License-Identifier: Apache-2.0
"""A live migration as the newest version shows it; hosts only to those who may know them."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.index.migrations import IndexedMigration
from nova_cells.global_api.times import precise

SHAPE = "server.migration"
HOST_FIELDS = ("source_compute", "source_node", "dest_compute", "dest_node", "dest_host")
NUMBERS = tuple(
    f"{what}_{part}" for what in ("memory", "disk") for part in ("total", "processed", "remaining")
)


def show(found: IndexedMigration, request: Any, *, hosts: bool) -> dict[str, Any]:
    document = found.document
    shown = {
        "id": found.id,
        "uuid": found.uuid,
        "status": document["status"],
        "server_uuid": found.instance_uuid,
        "user_id": document["user_id"],
        "project_id": document["project_id"],
        "created_at": precise(document["created_at"]),
        "updated_at": precise(document["updated_at"]),
        **{name: document[name] if hosts else None for name in HOST_FIELDS},
        **{f"{name}_bytes": document[name] for name in NUMBERS},
    }
    stepped: dict[str, Any] = request.plan.step_back(shown)
    return stepped
