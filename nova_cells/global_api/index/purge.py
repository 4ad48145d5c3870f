# SPDX-License-Identifier: Apache-2.0
"""Forgets servers that were deleted long ago, a bounded number at a time. Nobody has to ask.

What was promised about one, and how it moved between cells, goes with it; what is open stays.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from nova_cells.global_api.db.tables.build_requests import build_requests
from nova_cells.global_api.db.tables.mappings import instance_mappings
from nova_cells.global_api.db.tables.migrations import migrations
from nova_cells.global_api.db.tables.operations import journal
from nova_cells.global_api.db.tables.server_index import (
    server_documents,
    server_index,
    server_metadata,
    server_tags,
)
from nova_cells.global_api.db.tables.wishes import wishes
from nova_cells.journal.store import JournalStore
from nova_cells.runtime.clock import Clock, now, seconds
from nova_cells.runtime.db import Database

STORE = JournalStore(journal)
_TABLES = (
    server_documents,
    server_tags,
    server_metadata,
    build_requests,
    wishes,
    instance_mappings,
    server_index,
)


class Purge:
    """Deletes tombstones older than the retention time."""

    def __init__(
        self, database: Database, *, retention: float, batch: int, clock: Clock = now
    ) -> None:
        self._database = database
        self._retention = seconds(retention)
        self._batch = batch
        self._clock = clock

    def run(self) -> int:
        """One batch; answers how many servers were forgotten."""
        before = self._clock() - self._retention
        old = (
            select(server_index.c.uuid)
            .where(server_index.c.deleted_at < before, server_index.c.deleted)
            .order_by(server_index.c.deleted_at)
            .limit(self._batch)
        )
        uuids = self._database.read(lambda connection: list(connection.scalars(old)))
        if uuids:
            self._database.write(lambda connection: _forget(connection, uuids))
        return len(uuids)


def _forget(connection: Connection, uuids: list[str]) -> None:
    connection.execute(delete(migrations).where(migrations.c.instance_uuid.in_(uuids)))
    for uuid in uuids:
        STORE.forget_subject(connection, uuid)
    for table in _TABLES:
        connection.execute(delete(table).where(table.c.uuid.in_(uuids)))
