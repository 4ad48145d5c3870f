# SPDX-License-Identifier: Apache-2.0
"""What can go wrong with a database itself, and how a driver's error is told apart.

Errors of the statements (a unique key, a bad column) stay SQLAlchemy's own.
"""

from __future__ import annotations

import sqlite3
from enum import Enum

from sqlalchemy import exc

from nova_cells.runtime.database_fault import DatabaseFault

_MYSQL_CONFLICT = {1205, 1213, 1020}
_MYSQL_AWAY = {1040, 1042, 1043, 1047, 1053, 1152, 1153, 1158, 1159, 1160, 1161, 1927, 2002, 2003}
_MYSQL_AWAY |= {2005, 2006, 2013, 2014, 2055, 1045, 1049, 0, 1129, 1203, 1226, 1836, 1290}
_POSTGRES_CONFLICT = {"40001", "40P01", "55P03"}


class DatabaseUnavailable(DatabaseFault):
    """It could not be reached or stayed contended; nothing was written."""


class OutcomeUnknown(DatabaseFault):
    """The connection was lost during COMMIT: it may be written or not. Ask again under the key."""


class Trouble(Enum):
    """What an error of a driver calls for."""

    CONFLICT = "conflict"  # the server rolled back: run the work again
    AWAY = "away"  # no connection, or lost: connect again
    OTHER = "other"  # the statement's fault


def diagnose(error: BaseException) -> Trouble:
    """Tell a conflict or an absent server from an error of the statement."""
    if isinstance(error, exc.TimeoutError):
        return Trouble.AWAY
    if not isinstance(error, exc.DBAPIError):
        return Trouble.OTHER
    if error.connection_invalidated:
        return Trouble.AWAY
    return _diagnose_driver(error.orig)


def _diagnose_driver(original: BaseException | None) -> Trouble:
    if isinstance(original, sqlite3.OperationalError):
        return _diagnose_sqlite(original)
    state = getattr(original, "pgcode", None)
    if state is not None:
        return _diagnose_postgres(str(state))
    if type(original).__module__.startswith("psycopg2"):
        away = type(original).__name__ in ("OperationalError", "InterfaceError")
        return Trouble.AWAY if away else Trouble.OTHER
    code = original.args[0] if original is not None and original.args else None
    if code in _MYSQL_CONFLICT:
        return Trouble.CONFLICT
    if code in _MYSQL_AWAY:
        return Trouble.AWAY
    return Trouble.OTHER


def _diagnose_sqlite(original: sqlite3.OperationalError) -> Trouble:
    name = getattr(original, "sqlite_errorname", "") or ""
    if name == "SQLITE_ERROR":
        return Trouble.OTHER
    return Trouble.AWAY


def _diagnose_postgres(state: str) -> Trouble:
    if state in _POSTGRES_CONFLICT:
        return Trouble.CONFLICT
    if state.startswith(("08", "57P", "53")):
        return Trouble.AWAY
    return Trouble.OTHER
