# SPDX-License-Identifier: Apache-2.0
"""The server index as readers and feeds see it. Its reads never ask a cell.

A list is one statement however many cells there are; what is said of a row's freshness comes from
memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, Row, Select, bindparam, case, exc, literal, select

from nova_cells.global_api.db.tables.host_index import host_index
from nova_cells.global_api.db.tables.server_index import server_documents, server_index
from nova_cells.global_api.faults import BadRequest, MarkerNotFound
from nova_cells.global_api.index import write
from nova_cells.global_api.index.conditions import ZONE, column, conditions, counted, with_hosts
from nova_cells.global_api.index.paging import after, ordered, sort_keys
from nova_cells.global_api.index.query import IndexRow, ServerQuery
from nova_cells.global_api.index.write import Head
from nova_cells.runtime.db import Database

_i = server_index.c
_h = host_index.c
_d = server_documents.c

UNKNOWN = "UNKNOWN"

Fresh = Callable[[str | None], bool]

_HOST_STATUS = case(
    (_i.host.is_(None), literal("")),
    (_h.forced_down.is_(True), literal("DOWN")),
    (_h.up.is_not(True), literal(UNKNOWN)),
    (_h.enabled.is_(True), literal("UP")),
    else_=literal("MAINTENANCE"),
)
_ROWS = with_hosts(select(_d.document, _i.cell_uuid, ZONE, _HOST_STATUS)).join(
    server_documents, _d.uuid == _i.uuid
)
_ONE = _ROWS.where(_i.uuid == bindparam("wanted"))


class ServerIndex:
    """Reads and feeds of the index."""

    def __init__(self, database: Database, fresh: Fresh = lambda cell: True) -> None:
        self._database = database
        self._fresh = fresh

    def apply(self, heads: Sequence[Head]) -> list[str]:
        """Take newer documents, in one transaction; answers the uuids that were replaced."""
        return self._database.write(lambda connection: write.apply(connection, heads))

    def get(self, uuid: str) -> IndexRow | None:
        """One server, deleted or not."""
        row = self._database.read(
            lambda connection: connection.execute(_ONE, {"wanted": uuid}).first()
        )
        return None if row is None else self._rows([row])[0]

    def list(self, query: ServerQuery) -> list[IndexRow]:
        """A page of servers. An unknown marker is refused; a deleted one is as good as any."""
        if query.limit == 0:
            return []
        return self._rows(self._guarded(lambda connection: _page(connection, query)))

    def count(self, query: ServerQuery) -> int:
        """How many there are, limit and marker apart."""
        return int(
            self._guarded(lambda connection: connection.execute(counted(query)).scalar_one())
        )

    def _guarded(self, work: Callable[[Connection], Any]) -> Any:
        """A pattern one database's regular expressions do not know is the caller's mistake."""
        try:
            return self._database.read(work)
        except exc.DBAPIError as error:
            raise BadRequest("Invalid filter: the pattern is not understood.") from error

    def _rows(self, rows: Sequence[Row[Any]]) -> list[IndexRow]:
        """All else an index row holds is in its document: the fewer columns, the faster a list."""
        documents = orjson.loads(b"[" + b",".join([bytes(row[0]) for row in rows]) + b"]")
        fresh = {cell: self._fresh(cell) for cell in {row[1] for row in rows}}
        return [
            _index_row(document, cell, zone, status, fresh[cell])
            for document, (_body, cell, zone, status) in zip(documents, rows, strict=True)
        ]


def _index_row(
    document: dict[str, Any], cell: str | None, zone: str | None, status: str, fresh: bool
) -> IndexRow:
    return IndexRow(
        uuid=document["uuid"],
        cell_uuid=cell,
        project_id=document["project_id"],
        epoch=document["epoch"],
        revision=document["revision"],
        deleted=document["deleted_at"] is not None,
        fresh=fresh,
        document=document,
        zone=zone,
        host_status=status if fresh or status in ("", "DOWN") else UNKNOWN,
    )


def _page(connection: Connection, query: ServerQuery) -> Sequence[Row[Any]]:
    keys = sort_keys(query)
    statement = ordered(_ROWS.where(*conditions(query)), keys, connection.dialect.name)
    if query.marker is not None:
        statement = statement.where(after(keys, _marker(connection, query, keys)))
    if query.limit is not None:
        statement = statement.limit(query.limit)
    return connection.execute(statement).all()


def _marker(connection: Connection, query: ServerQuery, keys: Any) -> tuple[Any, ...]:
    wanted: Select[Any] = with_hosts(select(*[column(name) for name, _way in keys]))
    wanted = wanted.where(_i.uuid == query.marker)
    if query.project_id is not None:
        wanted = wanted.where(_i.project_id == query.project_id)
    row = connection.execute(wanted).first()
    if row is None:
        raise MarkerNotFound(str(query.marker))
    return tuple(row)
