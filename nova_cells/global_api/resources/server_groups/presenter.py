# SPDX-License-Identifier: Apache-2.0
"""Server groups as the newest version shows them."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.resources.server_groups.store import Group

SHAPE = "server_group.show"


def show(group: Group, request: Any) -> dict[str, Any]:
    document = {
        "id": group.uuid,
        "name": group.name,
        "policy": group.policy,
        "rules": group.rules,
        "members": list(group.members),
        "project_id": group.project_id,
        "user_id": group.user_id,
    }
    return request.plan.step_back(document)
