# SPDX-License-Identifier: Apache-2.0
"""The servers that lived in a period, from the index: one statement, deleted servers too.

Ordered by project and uuid, so that a page ends at a server and the next one goes on behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, and_, func, or_, select

from nova_cells.global_api.db.tables.server_index import server_documents, server_index
from nova_cells.global_api.faults import MarkerNotFound

_i = server_index.c
_DOCUMENTS = select(server_documents.c.document).join(
    server_index, server_documents.c.uuid == _i.uuid
)
_ENDED = func.coalesce(_i.terminated_at, _i.deleted_at)


@dataclass(frozen=True)
class UsageQuery:
    """Servers of one project, or of all, that lived between two instants."""

    start: int
    stop: int
    project_id: str | None = None
    marker: str | None = None
    limit: int | None = None


def lived(connection: Connection, query: UsageQuery) -> list[dict[str, Any]]:
    """Their documents. A server lives from its launch to its end."""
    statement = _DOCUMENTS.where(
        _i.launched_at < query.stop, or_(_ENDED.is_(None), query.start <= _ENDED)
    ).order_by(_i.project_id, _i.uuid)
    if query.project_id is not None:
        statement = statement.where(_i.project_id == query.project_id)
    if query.marker is not None:
        statement = statement.where(_behind(connection, query))
    if query.limit is not None:
        statement = statement.limit(query.limit)
    return [orjson.loads(bytes(body)) for body in connection.scalars(statement)]


def _behind(connection: Connection, query: UsageQuery) -> Any:
    found = select(_i.project_id).where(_i.uuid == query.marker)
    if query.project_id is not None:
        found = found.where(_i.project_id == query.project_id)
    project = connection.execute(found).scalar()
    if project is None:
        raise MarkerNotFound(str(query.marker))
    same = and_(_i.project_id == project, _i.uuid > query.marker)
    return or_(_i.project_id > project, same)
