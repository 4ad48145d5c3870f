# SPDX-License-Identifier: Apache-2.0
"""Knows whether this thread is inside a transaction, where nothing may wait on another process.

The databases keep it; messaging asks it, so that an RPC inside a transaction is an error at once
and not a deadlock one day.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Scope(threading.local):
    database: str | None = None


_scope = _Scope()


class InsideTransaction(RuntimeError):
    """A program error: another transaction or an RPC was begun inside a transaction."""


def refuse_inside_transaction(what: str) -> None:
    """Raise if this thread is inside a transaction."""
    if _scope.database is not None:
        raise InsideTransaction(f"{what} inside a transaction of database {_scope.database!r}")


@contextmanager
def transaction(database: str) -> Iterator[None]:
    """Mark this thread as inside a transaction."""
    refuse_inside_transaction(f"transaction of database {database!r}")
    _scope.database = database
    try:
        yield
    finally:
        _scope.database = None
