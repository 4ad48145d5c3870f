# SPDX-License-Identifier: Apache-2.0
"""One database as its owner sees it: `write` a work, `read` a work, and nothing of its dialect.

`work` gets a SQLAlchemy Connection inside a transaction. It may run more than once: SQL and nothing
else, no RPC, no other database. Statements built once, at module level with `bindparam`, cost half.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, Engine, exc

from nova_cells.runtime import transaction_scope as scope
from nova_cells.runtime.db import engines, errors
from nova_cells.runtime.db.group_commit import GroupCommit
from nova_cells.runtime.db.server_transactions import ServerTransactions

T = TypeVar("T")
Work = Callable[[Connection], T]


class Database:
    """A database by URL: `sqlite:////path`, `mysql://…`, `postgresql://…`.

    `name` is for logs and crash points. Nothing connects before the first work, so a database that
    is away at start-up is no different from one that goes away later.
    """

    def __init__(self, url: str, *, name: str, pool_size: int = 10) -> None:
        self.name = name
        self.url = engines.normal_url(url)
        self.dialect = self.url.get_backend_name()
        self._counting = threading.Lock()
        self.commits = 0
        self._writer: GroupCommit | ServerTransactions
        self._engines: list[Engine]
        if self.dialect == "sqlite":
            writer = engines.sqlite_writer(self.url)
            reader = engines.sqlite_reader(self.url, pool_size=pool_size)
            self._engines = [writer, reader]
            self._writer = GroupCommit(writer, name)
        else:
            engine = engines.server_engine(self.url, pool_size=pool_size)
            self._engines = [engine]
            self._writer = ServerTransactions(engine, name)

    def write(self, work: Work[T]) -> T:
        """Run `work` in one transaction; durable when this returns.

        Raises DatabaseUnavailable (nothing written), OutcomeUnknown, or what `work` raised (then
        nothing is written either).
        """
        result: T = self._writer.run(work)
        with self._counting:
            self.commits += 1
        return result

    def read(self, work: Work[T]) -> T:
        """Run `work` against one consistent state, without writing."""
        if isinstance(self._writer, ServerTransactions):
            result: T = self._writer.read(work)
            return result
        return self._read_sqlite(work)

    def _read_sqlite(self, work: Work[T]) -> T:
        try:
            with scope.transaction(self.name), self._engines[1].connect() as connection:
                return work(connection)
        except exc.DBAPIError as error:
            if errors.diagnose(error) is errors.Trouble.OTHER:
                raise
            raise errors.DatabaseUnavailable(f"database {self.name!r}: {error.orig}") from error

    def close(self) -> None:
        """Give all connections back."""
        for engine in self._engines:
            engine.dispose()

    def __repr__(self) -> str:
        return f"<Database {self.name} {engines.masked(self.url)}>"
