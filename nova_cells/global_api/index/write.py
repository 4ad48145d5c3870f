# SPDX-License-Identifier: Apache-2.0
"""Writes to the index inside a transaction of the caller: insert, replace by newer, entomb.

A row is locked before it is judged, so two writers of one server cannot interleave; what is not
newer than the row is dropped without a trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from nova_cells.global_api.db.tables.mappings import instance_mappings
from nova_cells.global_api.db.tables.server_index import (
    server_documents,
    server_index,
    server_metadata,
    server_tags,
)
from nova_cells.global_api.index.columns import body_of, columns_of
from nova_cells.global_api.quota.charge import CHARGED
from nova_cells.global_api.quota.holds import adjust, release
from nova_cells.global_api.resources.server_groups.store import remove_members
from nova_cells.runtime.db import for_update, insert_ignore

_i = server_index.c
_CHARGE = [_i[name] for name in CHARGED]


@dataclass(frozen=True)
class Head:
    """A newest document of one server, and the cell that says so (None: the global side)."""

    document: dict[str, Any]
    cell_uuid: str | None
    version: str = "1.0"

    @property
    def uuid(self) -> str:
        return str(self.document["uuid"])

    @property
    def order(self) -> tuple[int, int]:
        return self.document["epoch"], self.document["revision"]


_LOCK = for_update(
    select(_i.uuid, _i.epoch, _i.revision, _i.deleted, _i.queued_delete, _i.labels, *_CHARGE)
    .where(_i.uuid.in_(bindparam("wanted", expanding=True)))
    .order_by(_i.uuid)
)
_INSERT = insert(server_index)
_INSERT_DOCUMENT = insert(server_documents)


def _by_uuid(table: Any, columns: Iterable[str]) -> Any:
    changes = {name: bindparam(f"new_{name}") for name in columns if name != "uuid"}
    return update(table).where(table.c.uuid == bindparam("the_uuid")).values(changes)


_INDEX_UPDATE = _by_uuid(server_index, [c.name for c in _i if c.name != "queued_delete"])
_DOCUMENT_UPDATE = _by_uuid(server_documents, ["version", "document"])
_BODY_UPDATE = _by_uuid(server_documents, ["document"])


def _bound(values: dict[str, Any]) -> dict[str, Any]:
    bound = {f"new_{name}": value for name, value in values.items() if name != "uuid"}
    bound["the_uuid"] = values["uuid"]
    return bound


def _document_row(head: Head) -> dict[str, Any]:
    return {"uuid": head.uuid, "version": head.version, "document": body_of(head.document)}


def insert_new(connection: Connection, heads: Sequence[Head]) -> None:
    """Rows of servers that nobody has heard of before."""
    rows = [columns_of(head.document, head.cell_uuid) | {"queued_delete": False} for head in heads]
    connection.execute(_INSERT, rows)
    connection.execute(_INSERT_DOCUMENT, [_document_row(head) for head in heads])
    _put_labels(connection, heads)


def document(connection: Connection, uuid: str) -> dict[str, Any] | None:
    """What is stored of a server, under the row lock of its index row."""
    if uuid not in _lock(connection, [uuid]):
        return None
    query = select(server_documents.c.document).where(server_documents.c.uuid == uuid)
    body = connection.execute(query).scalar_one()
    found: dict[str, Any] = orjson.loads(bytes(body))
    return found


def cell_of(connection: Connection, uuid: str) -> str | None:
    """The cell the index knows a server in."""
    return connection.execute(select(_i.cell_uuid).where(_i.uuid == uuid)).scalar()


def overwrite(connection: Connection, head: Head) -> None:
    """Replace a document under its present epoch and revision, whatever they are."""
    known = _lock(connection, [head.uuid])
    if head.uuid in known:
        _replace(connection, [head], known)


def show_deleting(connection: Connection, uuid: str) -> None:
    """A delete was promised: the server is shown as going, whatever its cell says meanwhile."""
    found = document(connection, uuid)
    if found is None:
        return
    found["task_state"] = "deleting"
    body = {"new_document": body_of(found), "the_uuid": uuid}
    connection.execute(_BODY_UPDATE, body)
    mark = update(server_index).where(_i.uuid == uuid)
    connection.execute(mark.values(queued_delete=True, task_state="deleting"))


def apply(connection: Connection, heads: Sequence[Head]) -> list[str]:
    """Replace what is older; answers the uuids that were replaced."""
    newest: dict[str, Head] = {}
    for head in heads:
        if head.uuid not in newest or newest[head.uuid].order < head.order:
            newest[head.uuid] = head
    known = _lock(connection, newest)
    if len(known) < len(newest):
        _adopt(connection, [head for uuid, head in newest.items() if uuid not in known])
        known = _lock(connection, newest)
    fresh = [head for uuid, head in newest.items() if known[uuid].order < head.order]
    if fresh:
        _replace(connection, fresh, known)
    return [head.uuid for head in fresh]


@dataclass(frozen=True)
class _Known:
    order: tuple[int, int]
    deleted: bool
    queued_delete: bool
    labels: str | None
    charge: dict[str, int]


def _lock(connection: Connection, uuids: Iterable[str]) -> dict[str, _Known]:
    rows = connection.execute(_LOCK, {"wanted": sorted(uuids)})
    return {
        row[0]: _Known((row[1], row[2]), *row[3:6], dict(zip(CHARGED, row[6:], strict=True)))
        for row in rows
    }


def _adopt(connection: Connection, heads: Sequence[Head]) -> None:
    """Servers a cell knows and the index does not (it was lost, or purged): rows to be replaced."""
    rows = [columns_of(head.document, head.cell_uuid) for head in heads]
    for row in rows:
        row.update(epoch=0, revision=0, deleted=False, queued_delete=False, labels=None)
    insert_ignore(connection, server_index, rows, keys=("uuid",))
    bodies = [_document_row(head) for head in heads]
    insert_ignore(connection, server_documents, bodies, keys=("uuid",))
    insert_ignore(connection, instance_mappings, [_mapping(head) for head in heads], ("uuid",))


def _mapping(head: Head) -> dict[str, Any]:
    document = head.document
    return {
        "uuid": head.uuid,
        "project_id": document["project_id"],
        "user_id": document["user_id"],
        "cell_uuid": head.cell_uuid,
        "epoch": document["epoch"],
        "created_at": document["created_at"],
    }


def _still_deleting(head: Head) -> Head:
    """A cell that has not heard of the delete yet may say what it likes."""
    document = head.document
    if document.get("deleted_at") is None:
        document = document | {"task_state": "deleting"}
    return Head(document, head.cell_uuid, head.version)


def _replace(connection: Connection, heads: Sequence[Head], known: dict[str, _Known]) -> None:
    heads = [_still_deleting(h) if known[h.uuid].queued_delete else h for h in heads]
    rows = [columns_of(head.document, head.cell_uuid) for head in heads]
    connection.execute(_INDEX_UPDATE, [_bound(row) for row in rows])
    connection.execute(_DOCUMENT_UPDATE, [_bound(_document_row(head)) for head in heads])
    relabelled = [
        head
        for head, row in zip(heads, rows, strict=True)
        if row["labels"] != known[head.uuid].labels
    ]
    if relabelled:
        uuids = [head.uuid for head in relabelled]
        connection.execute(delete(server_tags).where(server_tags.c.uuid.in_(uuids)))
        connection.execute(delete(server_metadata).where(server_metadata.c.uuid.in_(uuids)))
        _put_labels(connection, relabelled)
    _charge(connection, rows, known)
    gone = [row["uuid"] for row in rows if row["deleted"] and not known[row["uuid"]].deleted]
    if gone:
        release(connection, gone)
        remove_members(connection, gone)


def _charge(
    connection: Connection, rows: Sequence[dict[str, Any]], known: dict[str, _Known]
) -> None:
    """Have quota follow the sizes."""
    for row in rows:
        charge = {name: row[name] for name in CHARGED}
        if not row["deleted"] and charge != known[row["uuid"]].charge:
            adjust(connection, row["uuid"], charge)


def _put_labels(connection: Connection, heads: Sequence[Head]) -> None:
    tags = [
        {"uuid": head.uuid, "tag": tag} for head in heads for tag in head.document.get("tags") or ()
    ]
    if tags:
        connection.execute(insert(server_tags), tags)
    pairs = [
        {"uuid": head.uuid, "key": key, "value": value}
        for head in heads
        for key, value in (head.document.get("metadata") or {}).items()
    ]
    if pairs:
        connection.execute(insert(server_metadata), pairs)
