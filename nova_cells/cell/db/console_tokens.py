# SPDX-License-Identifier: Apache-2.0
"""Console tokens: given out, asked for, forgotten."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select

from nova_cells.cell.db.tables import console_tokens

_t = console_tokens.c
_INSERT = insert(console_tokens)
_GET = select(_t.uuid, _t.type, _t.host, _t.target).where(
    _t.digest == bindparam("wanted"), _t.expires_at > bindparam("now")
)


class Given(NamedTuple):
    """A token that is not out of date. `host` is where its server was then."""

    uuid: str
    type: str
    host: str
    target: dict[str, Any]


def put(connection: Connection, digest: str, given: Given, expires_at: int) -> None:
    connection.execute(_INSERT, {"digest": digest, "expires_at": expires_at, **given._asdict()})


def get(connection: Connection, digest: str, now: int) -> Given | None:
    row = connection.execute(_GET, {"wanted": digest, "now": now}).first()
    return None if row is None else Given(*row)


def any_is_old(connection: Connection, now: int) -> bool:
    wanted = select(_t.digest).where(_t.expires_at <= now).limit(1)
    return connection.execute(wanted).first() is not None


def purge(connection: Connection, now: int) -> None:
    """Forget those that are out of date."""
    connection.execute(delete(console_tokens).where(_t.expires_at <= now))
