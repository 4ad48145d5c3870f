# SPDX-License-Identifier: Apache-2.0
"""The SQL of migrations, inside the caller's transaction, which holds the row of their instance.

So nobody else changes the same migration meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from nova_cells.cell.db.tables import migrations
from nova_cells.objects import Migration

_COLUMNS = ("instance_uuid", "migration_type", "status", "revision", "created_at")
_INSERT = insert(migrations)
_UPDATE = (
    update(migrations)
    .where(migrations.c.uuid == bindparam("wanted"))
    .values({n: bindparam(f"new_{n}") for n in ("status", "revision", "updated_at", "document")})
)


def get(connection: Connection, uuid: str) -> Migration | None:
    """One migration."""
    wanted = select(migrations.c.document).where(migrations.c.uuid == uuid)
    document = connection.execute(wanted).scalar()
    return None if document is None else Migration.from_document(document)


def add(connection: Connection, migration: Migration) -> None:
    """A new one."""
    document = migration.document()
    row: dict[str, Any] = {name: document[name] for name in _COLUMNS}
    row.update(uuid=migration.uuid, document=document)
    row["updated_at"] = document["updated_at"] or document["created_at"]
    connection.execute(_INSERT, row)


def put(connection: Connection, migration: Migration) -> None:
    """Write a changed one back."""
    document = migration.document()
    values = {
        "wanted": migration.uuid,
        "new_status": document["status"],
        "new_revision": document["revision"],
        "new_updated_at": document["updated_at"],
        "new_document": document,
    }
    connection.execute(_UPDATE, values)


def of_instance(
    connection: Connection, uuid: str, statuses: Collection[str] | None = None
) -> list[Migration]:
    """An instance's migrations, newest first, those in one of `statuses` where these are given."""
    wanted = select(migrations.c.document).where(migrations.c.instance_uuid == uuid)
    if statuses is not None:
        wanted = wanted.where(migrations.c.status.in_(sorted(statuses)))
    wanted = wanted.order_by(migrations.c.created_at.desc(), migrations.c.uuid)
    return [Migration.from_document(document) for document in connection.scalars(wanted)]


def evacuated_from(connection: Connection, host: str) -> int:
    """How many instances were evacuated from a host that has not cleaned up after them."""
    wanted = select(migrations.c.document).where(
        migrations.c.migration_type == "evacuation", migrations.c.status == "done"
    )
    return sum(document["source_compute"] == host for document in connection.scalars(wanted))


def after(connection: Connection, uuid: str, limit: int) -> list[Migration]:
    """In the order of their uuids."""
    wanted = select(migrations.c.document).where(migrations.c.uuid > uuid)
    wanted = wanted.order_by(migrations.c.uuid).limit(limit)
    return [Migration.from_document(document) for document in connection.scalars(wanted)]


def remove(connection: Connection, instances: Iterable[str]) -> None:
    """Forget those of instances that are forgotten."""
    gone = migrations.c.instance_uuid.in_(list(instances))
    connection.execute(delete(migrations).where(gone))
