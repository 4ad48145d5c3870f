# SPDX-License-Identifier: Apache-2.0
"""What a project, or one user in it, has of everything that is limited."""

from __future__ import annotations

from sqlalchemy import Connection

from nova_cells.global_api.quota import holds
from nova_cells.global_api.resources.server_groups import service as server_groups


def in_use(connection: Connection, project_id: str, user_id: str = "") -> dict[str, int]:
    """Counted: instances, cores, ram and server groups; the rest are limits of single things."""
    return {
        **holds.usage(connection, project_id, user_id),
        "server_groups": server_groups.used(connection, project_id, user_id),
    }
