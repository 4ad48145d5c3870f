# SPDX-License-Identifier: Apache-2.0
"""One writer at a time for a SQLite file, and one fsync for all who wait meanwhile.

Whoever finds the file free leads: it runs everybody's waiting work in one transaction, a SAVEPOINT
each, and commits once. So a lone writer pays no change of threads, and a crowd shares the fsync.
"""

from __future__ import annotations

import contextvars
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, NestedTransaction, exc

from nova_cells.runtime import crash
from nova_cells.runtime import transaction_scope as scope
from nova_cells.runtime.db import errors

BATCH = 64


class _Wish:
    """One caller's work, its outcome, and the lock the caller sleeps on."""

    __slots__ = ("context", "done", "failure", "result", "signal", "work")

    def __init__(self, work: Callable[[Connection], Any]) -> None:
        self.work = work
        self.context = contextvars.copy_context()
        self.signal = threading.Lock()
        self.signal.acquire()
        self.done = False
        self.result: Any = None
        self.failure: BaseException | None = None

    def outcome(self) -> Any:
        if self.failure is not None:
            raise self.failure
        return self.result


class GroupCommit:
    """Serialises write transactions of this process on one engine."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._name = name
        self._lock = threading.Lock()
        self._waiting: deque[_Wish] = deque()
        self._led = False

    def run(self, work: Callable[[Connection], Any]) -> Any:
        """Run `work` in a transaction; when it returns, its writes are on disk."""
        scope.refuse_inside_transaction(f"transaction of database {self._name!r}")
        wish = _Wish(work)
        with self._lock:
            self._waiting.append(wish)
            leads = not self._led
            self._led = True
        if not leads:
            wish.signal.acquire()
        if not wish.done:
            self._lead()
        return wish.outcome()

    def _lead(self) -> None:
        with self._lock:
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
        try:
            self._commit(batch)
        finally:
            self._hand_over()
            for wish in batch:
                wish.done = True
                wish.signal.release()

    def _hand_over(self) -> None:
        with self._lock:
            successor = self._waiting[0] if self._waiting else None
            self._led = successor is not None
        if successor is not None:
            successor.signal.release()

    def _commit(self, batch: list[_Wish]) -> None:
        """Every wish of the batch ends with a result or a failure, whatever happens."""
        try:
            with scope.transaction(self._name), self._engine.connect() as connection:
                for wish in batch:
                    self._attempt(connection, wish, alone=len(batch) == 1)
                crash.reach(f"commit:before:{self._name}")
                connection.commit()
            crash.reach(f"commit:after:{self._name}")
        except BaseException as error:  # noqa: BLE001 - handed to every caller of the batch
            failure = self._translate(error)
            for wish in batch:
                wish.failure = wish.failure or failure

    def _attempt(self, connection: Connection, wish: _Wish, *, alone: bool) -> None:
        if alone:
            wish.result = wish.context.run(wish.work, connection)
            return
        savepoint = connection.begin_nested()
        try:
            wish.result = wish.context.run(wish.work, connection)
            savepoint.commit()
        except Exception as error:  # noqa: BLE001 - it is the caller's, not the batch's
            wish.failure = self._translate(error)
            self._undo(savepoint)

    def _undo(self, savepoint: NestedTransaction) -> None:
        """A full disk ends the whole transaction, savepoints too: then nobody's work is done."""
        try:
            savepoint.rollback()
        except exc.DBAPIError as error:
            raise errors.DatabaseUnavailable(f"database {self._name!r}: {error.orig}") from error

    def _translate(self, error: BaseException) -> BaseException:
        if isinstance(error, exc.DBAPIError) and errors.diagnose(error) is not errors.Trouble.OTHER:
            fault = errors.DatabaseUnavailable(f"database {self._name!r}: {error.orig}")
            fault.__cause__ = error
            return fault
        return error
