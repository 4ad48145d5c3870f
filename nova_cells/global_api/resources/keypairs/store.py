# SPDX-License-Identifier: Apache-2.0
"""Key pairs in the database. Everything takes the connection of the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError

from nova_cells.global_api.db.tables.keypairs import keypairs
from nova_cells.objects import KeyFacts

_k = keypairs.c


class Keypair(NamedTuple):
    """One key pair; field for field the table's columns."""

    id: int
    user_id: str
    name: str
    type: str
    fingerprint: str
    public_key: str
    created_at: int

    def facts(self) -> KeyFacts:
        """What a server keeps of it."""
        return KeyFacts(
            name=self.name,
            type=self.type,
            public_key=self.public_key,
            fingerprint=self.fingerprint,
        )


COLUMNS = tuple(keypairs.c[name] for name in Keypair._fields)


class Taken(Exception):
    """The user has a key pair of this name already."""


def find(connection: Connection, user_id: str, name: str) -> Keypair | None:
    row = connection.execute(
        select(*COLUMNS).where(_k.user_id == user_id, _k.name == name)
    ).one_or_none()
    return Keypair(*row) if row is not None else None


def page(
    connection: Connection, user_id: str, after: str | None = None, limit: int | None = None
) -> list[Keypair]:
    """A user's key pairs by name, those after a name, at most so many."""
    query = select(*COLUMNS).where(_k.user_id == user_id).order_by(_k.name)
    if after is not None:
        query = query.where(_k.name > after)
    if limit is not None:
        query = query.limit(limit)
    return [Keypair(*row) for row in connection.execute(query)]


def create(connection: Connection, values: Mapping[str, Any]) -> None:
    """Insert a key pair. Raises `Taken` where the name is in use."""
    if find(connection, values["user_id"], values["name"]):
        raise Taken
    try:
        with connection.begin_nested():
            connection.execute(insert(keypairs).values(**values))
    except IntegrityError as error:
        raise Taken from error


def remove(connection: Connection, user_id: str, name: str) -> bool:
    result = connection.execute(delete(keypairs).where(_k.user_id == user_id, _k.name == name))
    return result.rowcount == 1
