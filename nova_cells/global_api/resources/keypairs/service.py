# SPDX-License-Identifier: Apache-2.0
"""What can be done with the key pairs of one user."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from nova_cells.global_api.faults import (
    BadRequest,
    Conflict,
    MarkerNotFound,
    NotFound,
    QuotaExceeded,
)
from nova_cells.global_api.quota.limits import Limits
from nova_cells.global_api.resources.keypairs import keys, store
from nova_cells.global_api.resources.keypairs.store import Keypair
from nova_cells.global_api.resources.quota_sets import counts
from nova_cells.runtime.clock import now
from nova_cells.runtime.db import Database

QUOTA = "key_pairs"


class KeypairNotFound(NotFound):
    """The user has no key pair of this name."""

    def __init__(self, user_id: str, name: str) -> None:
        super().__init__(f"Keypair {name} not found for user {user_id}")


class KeypairService:
    """Key pairs, always of a named user."""

    def __init__(self, database: Database, limits: Limits, clock: Callable[[], int] = now) -> None:
        self._database = database
        self._limits = limits
        self._clock = clock

    def page(self, user_id: str, marker: str | None, limit: int | None) -> list[Keypair]:
        def read(connection: Connection) -> list[Keypair]:
            if marker is not None and store.find(connection, user_id, marker) is None:
                raise MarkerNotFound(marker)
            return store.page(connection, user_id, marker, limit)

        return self._database.read(read)

    def find(self, user_id: str, name: str) -> Keypair:
        found = self._database.read(lambda connection: store.find(connection, user_id, name))
        if found is None:
            raise KeypairNotFound(user_id, name)
        return found

    def create(
        self, owner: tuple[str, str], name: str, kind: str, public_key: str | None
    ) -> tuple[Keypair, str | None]:
        """Keep a public key, or make a pair. `owner` is (project, user).

        The private half, if one was made, is answered here and never again.
        """
        private_key = None
        if public_key is None:
            self._refuse_early(owner, name)
            generated = keys.generate(kind, owner[1])
            public_key, private_key = generated.public_key, generated.private_key
        values = {
            "user_id": owner[1],
            "name": name,
            "type": kind,
            "fingerprint": _fingerprint(kind, public_key),
            "public_key": public_key,
            "created_at": self._clock(),
        }
        self._database.write(lambda connection: self._insert(connection, owner[0], values))
        return self.find(owner[1], name), private_key

    def delete(self, user_id: str, name: str) -> None:
        def remove(connection: Connection) -> bool:
            removed = store.remove(connection, user_id, name)
            if removed:
                counts.give_back(connection, QUOTA, user_id)
            return removed

        if not self._database.write(remove):
            raise KeypairNotFound(user_id, name)

    def _insert(self, connection: Connection, project_id: str, values: dict[str, object]) -> None:
        user_id = str(values["user_id"])
        limit = self._limits.effective(connection, project_id, user_id)[QUOTA]
        if not counts.take(connection, QUOTA, user_id, limit):
            raise _no_more()
        try:
            store.create(connection, values)
        except store.Taken:
            raise _taken(str(values["name"])) from None

    def _refuse_early(self, owner: tuple[str, str], name: str) -> None:
        """Making a key is dear: don't for somebody who can't have it."""

        def check(connection: Connection) -> None:
            limit = self._limits.effective(connection, *owner)[QUOTA]
            if 0 <= limit <= counts.used(connection, QUOTA, owner[1]):
                raise _no_more()
            if store.find(connection, owner[1], name):
                raise _taken(name)

        self._database.read(check)


def _fingerprint(kind: str, public_key: str) -> str:
    try:
        return keys.fingerprint(kind, public_key)
    except keys.NotAKey:
        raise BadRequest("Keypair data is invalid: failed to generate fingerprint") from None


def _no_more() -> QuotaExceeded:
    return QuotaExceeded("Quota exceeded, too many key pairs.", (QUOTA,))


def _taken(name: str) -> Conflict:
    return Conflict(f"Key pair '{name}' already exists.")
