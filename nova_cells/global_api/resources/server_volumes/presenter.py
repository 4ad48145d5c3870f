# SPDX-License-Identifier: Apache-2.0
"""An attached volume as the newest version shows it."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.index.query import IndexRow

SHAPE = "volume_attachment.show"


def show(row: IndexRow, volume: dict[str, Any], request: Any) -> dict[str, Any]:
    document = {
        "serverId": row.uuid,
        "volumeId": volume["id"],
        "device": volume["device"],
        "tag": volume["tag"],
        "delete_on_termination": volume["delete_on_termination"],
        "attachment_id": volume.get("attachment_id"),
        "bdm_uuid": volume.get("bdm_uuid"),
    }
    return request.plan.step_back(document, volume)
