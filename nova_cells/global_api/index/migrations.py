# SPDX-License-Identifier: Apache-2.0
"""Migrations in the index: taken from the feed inside a caller's transaction, and read in pages.

The newest comes first; two of one instant are told apart by the order in which they arrived.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select, update

from nova_cells.global_api.db.tables.migrations import migrations
from nova_cells.global_api.faults import MarkerNotFound
from nova_cells.objects import FeedItem
from nova_cells.runtime.db import for_update, insert_ignore

_m = migrations.c
_COLUMNS = [_m.id, _m.uuid, _m.cell_uuid, _m.instance_uuid, _m.document]
_SAME = (
    *("instance_uuid", "migration_type", "status", "source_compute", "dest_compute"),
    *("user_id", "project_id", "created_at", "revision"),
)


@dataclass(frozen=True)
class IndexedMigration:
    """`id` is the public number; `document` is `Migration.document()`."""

    id: int
    uuid: str
    cell_uuid: str
    instance_uuid: str
    document: dict[str, Any]


@dataclass(frozen=True)
class MigrationQuery:
    """All conditions hold together; what is absent does not matter. Times are instants.

    `host` is the source or the destination. `marker` is the uuid of the one before the first
    wanted. Names of `equal` are columns.
    """

    equal: tuple[tuple[str, str], ...] = ()
    host: str | None = None
    statuses: Sequence[str] | None = None
    changed_since: int | None = None
    changed_before: int | None = None
    marker: str | None = None
    limit: int | None = None


def apply(connection: Connection, cell_uuid: str, item: FeedItem) -> None:
    """Take a migration's document if it is newer than what is known."""
    known = for_update(select(_m.revision).where(_m.uuid == item.key))
    revision = connection.execute(known).scalar()
    if revision is None:
        row = {"uuid": item.key, "cell_uuid": cell_uuid, **_columns(item)}
        insert_ignore(connection, migrations, row, keys=("uuid",))
        revision = connection.execute(known).scalar_one()
    if revision < item.revision:
        newer = update(migrations).where(_m.uuid == item.key, _m.cell_uuid == cell_uuid)
        connection.execute(newer.values(_columns(item)))


def _columns(item: FeedItem) -> dict[str, Any]:
    document = item.document
    values = {name: document[name] for name in _SAME}
    values["updated_at"] = document["updated_at"] or document["created_at"]
    return {**values, "document": document}


def page(connection: Connection, query: MigrationQuery) -> list[IndexedMigration]:
    """The newest first."""
    wanted = select(*_COLUMNS).where(*_conditions(query))
    if query.marker is not None:
        wanted = wanted.where(_after(connection, query.marker))
    wanted = wanted.order_by(_m.created_at.desc(), _m.id.desc()).limit(query.limit)
    return [_found(row) for row in connection.execute(wanted)]


def by_id(connection: Connection, instance_uuid: str, number: int) -> IndexedMigration | None:
    """One migration of one server by its public number."""
    mine = (_m.id == number, _m.instance_uuid == instance_uuid)
    row = connection.execute(select(*_COLUMNS).where(*mine)).first()
    return None if row is None else _found(row)


def _conditions(query: MigrationQuery) -> Iterator[ColumnElement[bool]]:
    for name, value in query.equal:
        yield _m[name] == value
    if query.host is not None:
        yield or_(_m.source_compute == query.host, _m.dest_compute == query.host)
    if query.statuses is not None:
        yield _m.status.in_(list(query.statuses))
    if query.changed_since is not None:
        yield _m.updated_at >= query.changed_since
    if query.changed_before is not None:
        yield _m.updated_at <= query.changed_before


def _after(connection: Connection, marker: str) -> ColumnElement[bool]:
    row = connection.execute(select(_m.created_at, _m.id).where(_m.uuid == marker)).first()
    if row is None:
        raise MarkerNotFound(marker)
    same = and_(_m.created_at == row.created_at, _m.id < row.id)
    return or_(_m.created_at < row.created_at, same)


def _found(row: Row[Any]) -> IndexedMigration:
    return IndexedMigration(**row._mapping)
