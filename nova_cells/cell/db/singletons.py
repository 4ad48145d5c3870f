# SPDX-License-Identifier: Apache-2.0
"""Who this cell is, the policy bundle it holds, and which conductors it has."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, select, update

from nova_cells.cell.db.tables import bundles, cell_identity, services
from nova_cells.runtime.db import for_update, insert_ignore, upsert

_ONLY = 1


class ForeignDatabase(Exception):
    """The database belongs to another cell or another deployment; nothing was changed in it."""


def take_identity(connection: Connection, deployment: str, cell_uuid: str, now: int) -> None:
    """Write who this cell is, the first time; refuse a database that says otherwise."""
    row = {"id": _ONLY, "deployment": deployment, "cell_uuid": cell_uuid, "created_at": now}
    row["mark"] = 0
    insert_ignore(connection, cell_identity, row, ["id"])
    found = connection.execute(select(cell_identity)).one()
    if (found.deployment, found.cell_uuid) != (deployment, cell_uuid):
        raise ForeignDatabase(
            f"This database belongs to cell {found.cell_uuid} of deployment {found.deployment!r}, "
            f"not to cell {cell_uuid} of deployment {deployment!r}. Check the configured "
            "database connection; nothing was changed."
        )


def identity(connection: Connection) -> tuple[str, str] | None:
    """(deployment, uuid of the cell) this database belongs to; None while it is nobody's."""
    found = connection.execute(
        select(cell_identity.c.deployment, cell_identity.c.cell_uuid)
    ).first()
    return None if found is None else (found.deployment, found.cell_uuid)


def take_mark(connection: Connection, least: int, mark: int) -> int:
    """Write a mark down, unless the one here is lower than `least`; answers the one there was."""
    query = for_update(select(cell_identity.c.mark).where(cell_identity.c.id == _ONLY))
    known = int(connection.execute(query).scalar_one())
    if least <= known < mark:
        connection.execute(update(cell_identity).values(mark=mark))
    return known


def bundle(connection: Connection, newer_than: int = 0) -> dict[str, Any] | None:
    """The policy bundle in force, if it is newer than a generation."""
    wanted = select(bundles.c.document).where(bundles.c.generation > newer_than)
    document: dict[str, Any] | None = connection.execute(wanted).scalar()
    return document


def put_bundle(connection: Connection, document: dict[str, Any]) -> int:
    """Take a bundle if it is newer; answers the generation in force."""
    row = {"id": _ONLY, "generation": document["generation"], "document": document}
    upsert(connection, bundles, row, ["id"], where=lambda old, new: old.generation < new.generation)
    return int(connection.execute(select(bundles.c.generation)).scalar_one())


def seen(connection: Connection, binary: str, host: str, versions: Any, now: int) -> None:
    """A process's sign of life."""
    row = {"binary": binary, "host": host, "versions": versions, "last_seen": now}
    upsert(connection, services, row, ["binary", "host"])


def every_service(connection: Connection) -> list[dict[str, Any]]:
    """All processes that gave a sign of life."""
    names = ("binary", "host", "versions", "last_seen")
    wanted = select(*[services.c[name] for name in names])
    return [dict(zip(names, row, strict=True)) for row in connection.execute(wanted)]


def forget_services(connection: Connection, before: int) -> None:
    connection.execute(delete(services).where(services.c.last_seen < before))
