# SPDX-License-Identifier: Apache-2.0
"""What projects and users have in use: for limits, quota sets and messages. It never decides."""

from __future__ import annotations

from nova_cells.global_api.quota import holds
from nova_cells.runtime.db import Database


class QuotaUsage:
    """Reads of the counters."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, project_id: str, user_id: str = "") -> dict[str, int]:
        """instances, cores and ram in use by a project, or by one user in it."""
        return self._database.read(lambda connection: holds.usage(connection, project_id, user_id))
