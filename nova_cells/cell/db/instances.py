# SPDX-License-Identifier: Apache-2.0
"""Instances: the head document and the columns that repeat parts of it to be searched by.

A document is changed under its row's lock only; every change raises its revision by one.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from nova_cells.cell.db.tables import instances, specs

NOBODYS = ("arriving", "departed")
"""vm_states of which another cell speaks, or nobody: no list has them."""
_COLUMNS = ["uuid", "epoch", "revision", "project_id", "vm_state", "task_state", "operation"]
_COLUMNS += ["host", "deleted_at"]
_CHANGING = [*_COLUMNS[1:], "amended_by", "document"]
_GET = select(instances.c.document, instances.c.amended_by).where(
    instances.c.uuid == bindparam("wanted")
)
_LOCK = _GET.with_for_update()
_INSERT = insert(instances)
_UPDATE = (
    update(instances)
    .where(instances.c.uuid == bindparam("wanted"))
    .values({name: bindparam(f"new_{name}") for name in _CHANGING})
)
_OURS = instances.c.vm_state.not_in(NOBODYS)
_LIVING = select(
    instances.c.project_id, instances.c.uuid, instances.c.epoch, instances.c.revision
).where(instances.c.deleted_at.is_(None), _OURS)
_INSERT_SPEC = insert(specs)
_SPEC = select(specs.c.document).where(specs.c.uuid == bindparam("wanted"))

Found = tuple[dict[str, Any], str | None]


def get(connection: Connection, uuid: str, *, lock: bool = False) -> Found | None:
    """The document and the key of the last amendment."""
    row = connection.execute(_LOCK if lock else _GET, {"wanted": uuid}).first()
    return None if row is None else (row.document, row.amended_by)


def among(connection: Connection, uuids: list[str]) -> dict[str, Found]:
    """Those of these that are here: uuid → what `get` answers."""
    wanted = select(instances.c.uuid, instances.c.document, instances.c.amended_by)
    found = connection.execute(wanted.where(instances.c.uuid.in_(uuids)))
    return {row.uuid: (row.document, row.amended_by) for row in found}


def _row(document: dict[str, Any], amended_by: str | None) -> dict[str, Any]:
    row = {name: document.get(name) for name in _COLUMNS}
    return {**row, "amended_by": amended_by, "document": document}


def add(connection: Connection, document: dict[str, Any]) -> None:
    connection.execute(_INSERT, _row(document, None))


def add_all(connection: Connection, documents: list[dict[str, Any]]) -> None:
    connection.execute(_INSERT, [_row(document, None) for document in documents])


def put(connection: Connection, document: dict[str, Any], amended_by: str | None) -> None:
    """Write a changed document back; the caller holds its row."""
    row = _row(document, amended_by)
    values = {f"new_{name}": row[name] for name in _CHANGING}
    connection.execute(_UPDATE, {"wanted": document["uuid"], **values})


def remove(connection: Connection, uuid: str) -> None:
    """Forget it altogether: for a build handed back, and at the end of the retention time."""
    connection.execute(delete(instances).where(instances.c.uuid == uuid))
    remove_spec(connection, uuid)


def after(connection: Connection, uuid: str, limit: int) -> list[dict[str, Any]]:
    """Documents in the order of their uuids."""
    wanted = select(instances.c.document).where(instances.c.uuid > uuid, _OURS)
    return list(connection.scalars(wanted.order_by(instances.c.uuid).limit(limit)))


def living(connection: Connection) -> list[Any]:
    """(project, uuid, epoch, revision) of all that live here."""
    return list(connection.execute(_LIVING))


def standings(connection: Connection, project: str, uuid: str, limit: int) -> list[list[Any]]:
    """[uuid, epoch, revision] of a project's living ones, in the order of their uuids."""
    c = instances.c
    wanted = select(c.uuid, c.epoch, c.revision).where(
        c.project_id == project, c.deleted_at.is_(None), c.uuid > uuid, _OURS
    )
    return [list(row) for row in connection.execute(wanted.order_by(c.uuid).limit(limit))]


def hosts_of(connection: Connection, project_id: str, uuids: list[str]) -> dict[str, str]:
    """Where these servers of the project are; another's, and those without a host, are left out."""
    wanted = select(instances.c.uuid, instances.c.host).where(
        instances.c.uuid.in_(uuids),
        instances.c.project_id == project_id,
        instances.c.host.is_not(None),
    )
    return {row.uuid: row.host for row in connection.execute(wanted)}


def on_hosts(connection: Connection, hosts: list[str]) -> list[dict[str, Any]]:
    """Documents of the living instances of these hosts."""
    wanted = select(instances.c.document).where(
        instances.c.host.in_(hosts), instances.c.deleted_at.is_(None)
    )
    return list(connection.scalars(wanted))


def count_on(connection: Connection, host: str) -> int:
    """Living instances of a host."""
    wanted = select(func.count()).where(instances.c.host == host, instances.c.deleted_at.is_(None))
    return int(connection.execute(wanted).scalar_one())


def deleted_before(connection: Connection, moment: int, limit: int) -> list[str]:
    """Instances deleted before a moment."""
    wanted = select(instances.c.uuid).where(instances.c.deleted_at < moment).limit(limit)
    return list(connection.scalars(wanted))


def add_spec(connection: Connection, uuid: str, document: dict[str, Any]) -> None:
    connection.execute(_INSERT_SPEC, {"uuid": uuid, "document": document})


def add_specs(connection: Connection, documents: list[dict[str, Any]]) -> None:
    rows = [{"uuid": document["uuid"], "document": document} for document in documents]
    connection.execute(_INSERT_SPEC, rows)


def spec(connection: Connection, uuid: str) -> dict[str, Any] | None:
    """What the instance was wished as."""
    document: dict[str, Any] | None = connection.execute(_SPEC, {"wanted": uuid}).scalar()
    return document


def put_spec(connection: Connection, uuid: str, document: dict[str, Any]) -> None:
    connection.execute(update(specs).where(specs.c.uuid == uuid).values(document=document))


def remove_spec(connection: Connection, uuid: str) -> None:
    connection.execute(delete(specs).where(specs.c.uuid == uuid))
