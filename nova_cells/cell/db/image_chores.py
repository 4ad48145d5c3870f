# SPDX-License-Identifier: Apache-2.0
"""The list of work with images: put down with what makes it needed, struck out when it is done.

A chore is named after what it is about, so the same one asked for twice is one.
"""

from __future__ import annotations

import uuid as uuids
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, select, update

from nova_cells.cell.db.chore_list import ChoreList
from nova_cells.cell.db.tables import chores

DISCARD, ROTATE, CACHE = "discard", "rotate", "cache"
_NAMESPACE = uuids.UUID("0d9c5b0e-64a4-4c9f-b1a8-8d6d6f8a0c11")
_c = chores.c
LIST = ChoreList(chores)


def discard(connection: Connection, image_id: str, now: int) -> None:
    """Nobody needs this image any more."""
    LIST.put(connection, [_row(DISCARD, (image_id,), {"image": image_id}, now)])


def rotate(connection: Connection, document: dict[str, Any], now: int) -> None:
    """Keep so many backups: `owner` (the project that asks), `instance`, `backup_type`, `keep`."""
    named = (document["owner"], document["instance"], document["backup_type"])
    LIST.put(connection, [_row(ROTATE, named, document, now)])


def cache(
    connection: Connection, hosts: Sequence[str], images: Sequence[dict[str, Any]], now: int
) -> None:
    """Have these hosts fetch these images."""
    LIST.put(
        connection,
        [
            _row(CACHE, (host, image["id"]), {"host": host, "image": image}, now)
            for host in hosts
            for image in images
        ],
    )


def hurry(connection: Connection, now: int) -> None:
    """Caches are to be filled now: what is under way on a host is not begun twice there."""
    waiting = (_c.kind == CACHE, _c.due_at > now)
    connection.execute(update(chores).where(*waiting).values(due_at=now))


def left_to_cache(connection: Connection) -> int:
    """How many images hosts are still to fetch."""
    counted = select(func.count()).select_from(chores).where(_c.kind == CACHE)
    return int(connection.execute(counted).scalar_one())


def name_of(kind: str, named: Sequence[str]) -> str:
    return str(uuids.uuid5(_NAMESPACE, "\0".join((kind, *named))))


def _row(kind: str, named: Sequence[str], document: dict[str, Any], now: int) -> dict[str, Any]:
    return {
        "id": name_of(kind, named),
        "kind": kind,
        "document": document,
        "due_at": now,
        "tries": 0,
        "created_at": now,
    }
