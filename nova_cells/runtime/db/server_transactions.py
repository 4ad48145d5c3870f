# SPDX-License-Identifier: Apache-2.0
"""Transactions on MariaDB and PostgreSQL: bounded retry of what the server itself rolled back.

A connection lost before COMMIT means nothing was written, so the work runs again; one lost during
COMMIT means nobody knows, so the caller is told so.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, exc

from nova_cells.runtime import crash
from nova_cells.runtime import transaction_scope as scope
from nova_cells.runtime.db import errors
from nova_cells.runtime.db.errors import Trouble

CONFLICT_ATTEMPTS = 12
AWAY_ATTEMPTS = 2


class ServerTransactions:
    """Runs works on one engine."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._name = name

    def run(self, work: Callable[[Connection], Any]) -> Any:
        """Run `work` in a transaction; when it returns, its writes are durable."""
        return self._repeat(work, self._commit_once)

    def read(self, work: Callable[[Connection], Any]) -> Any:
        """Run `work` and write nothing."""
        return self._repeat(work, self._read_once)

    def _repeat(self, work: Callable[[Connection], Any], once: Callable[..., Any]) -> Any:
        conflicts = losses = 0
        while True:
            try:
                return once(work)
            except (exc.DBAPIError, exc.TimeoutError) as error:
                trouble = errors.diagnose(error)
                conflicts += trouble is Trouble.CONFLICT
                losses += trouble is Trouble.AWAY
                if trouble is Trouble.OTHER:
                    raise
                if conflicts >= CONFLICT_ATTEMPTS or losses >= AWAY_ATTEMPTS:
                    raise self._unavailable(error) from error
            time.sleep(random.uniform(0.002, 0.01) * 2 ** min(conflicts, 6))

    def _commit_once(self, work: Callable[[Connection], Any]) -> Any:
        with scope.transaction(self._name), self._engine.connect() as connection:
            result = work(connection)
            crash.reach(f"commit:before:{self._name}")
            self._commit(connection)
        crash.reach(f"commit:after:{self._name}")
        return result

    def _commit(self, connection: Connection) -> None:
        try:
            connection.commit()
        except exc.DBAPIError as error:
            if errors.diagnose(error) is not Trouble.AWAY:
                raise
            raise errors.OutcomeUnknown(f"database {self._name!r}: lost during COMMIT") from error

    def _read_once(self, work: Callable[[Connection], Any]) -> Any:
        with scope.transaction(self._name), self._engine.connect() as connection:
            return work(connection)

    def _unavailable(self, error: Exception) -> errors.DatabaseUnavailable:
        reason = getattr(error, "orig", None) or error
        return errors.DatabaseUnavailable(f"database {self._name!r}: {reason}")
