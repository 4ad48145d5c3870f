# SPDX-License-Identifier: Apache-2.0
"""The rows of volume_holds: written before something is taken, gone once a server has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from nova_cells.global_api.db.tables.volume_holds import volume_holds
from nova_cells.runtime.clock import seconds

BOOT, ATTACH, IMAGE, ENDED = "boot", "attach", "image", "ended"
PATIENCE = seconds(600)
"""Longer than a process may still be at work with what it took."""

_h = volume_holds.c
_KEYS = _h.key.in_(bindparam("wanted", expanding=True))
_DROP = delete(volume_holds).where(_KEYS)
_WAKE = update(volume_holds).where(_KEYS).values(wake_at=bindparam("at"), tries=_h.tries + 1)


@dataclass(frozen=True)
class Hold:
    """`document` has the "kind" and, by kind, what it is about."""

    key: str
    server: str
    document: dict[str, Any]
    wake_at: int
    tries: int = field(default=0)


def add(connection: Connection, holds: Sequence[Hold]) -> None:
    """Written down; what is taken next can be found by it."""
    connection.execute(insert(volume_holds), [vars(hold) for hold in holds])


def drop(connection: Connection, keys: Sequence[str]) -> int:
    """What they were for has been done, or cleared away; answers how many were there."""
    return int(connection.execute(_DROP, {"wanted": list(keys)}).rowcount)


def take(connection: Connection, hold: Hold, until: int) -> bool:
    """Have it to oneself till then; False where another was faster."""
    mine = (_h.key == hold.key, _h.wake_at == hold.wake_at)
    return bool(
        connection.execute(update(volume_holds).where(*mine).values(wake_at=until)).rowcount
    )


def wake(connection: Connection, keys: Sequence[str], at: int) -> None:
    """Look at them again then."""
    connection.execute(_WAKE, {"wanted": list(keys), "at": at})


def due(connection: Connection, now: int, limit: int) -> list[Hold]:
    """Those to look at, oldest first."""
    query = select(volume_holds).where(_h.wake_at <= now).order_by(_h.wake_at).limit(limit)
    return [Hold(**row._mapping) for row in connection.execute(query)]


def ended(connection: Connection, server: str, volumes: Sequence[dict[str, Any]], now: int) -> None:
    """A server that no cell has is gone: its volumes are free, or end with it."""
    if not volumes:
        return
    drop(connection, [server])
    gone = [each["id"] for each in volumes if each.get("delete_on_termination")]
    add(connection, [Hold(server, server, {"kind": ENDED, "volumes": gone}, now)])
