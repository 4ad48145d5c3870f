# SPDX-License-Identifier: Apache-2.0
"""Makes SQLAlchemy engines, each set up so that the three databases behave alike.

A connection waits seconds, never for ever: a database that hangs must turn into an error.
"""

from __future__ import annotations

import functools
import re
import sqlite3
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url

CONNECT_TIMEOUT = 5
STATEMENT_TIMEOUT = 30
LOCK_TIMEOUT = 10
_DRIVERS = {
    "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
    "mariadb+pymysql": "mysql+pymysql",
    "postgresql": "postgresql+psycopg2",
    "postgres": "postgresql+psycopg2",
    "sqlite": "sqlite+pysqlite",
}


def normal_url(url: str | URL) -> URL:
    """The URL with the driver we use named and, for MariaDB, the character set."""
    parsed = make_url(url)
    parsed = parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername))
    if parsed.get_backend_name() == "mysql":
        parsed = parsed.update_query_dict({"charset": "utf8mb4"})
    return parsed


def masked(url: str | URL) -> str:
    """For logs: without the password."""
    return make_url(url).render_as_string(hide_password=True)


def server_engine(url: URL, *, pool_size: int, isolation: str = "READ COMMITTED") -> Engine:
    """For MariaDB and PostgreSQL."""
    mysql = url.get_backend_name() == "mysql"
    return create_engine(
        url,
        isolation_level=isolation,
        connect_args=_mysql_arguments() if mysql else _postgres_arguments(),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=CONNECT_TIMEOUT * 2,
        pool_recycle=1800,
        pool_use_lifo=True,
        query_cache_size=1500,
    )


def _mysql_arguments() -> dict[str, Any]:
    settings = f"SET SESSION sql_mode='TRADITIONAL', innodb_lock_wait_timeout={LOCK_TIMEOUT}"
    return {
        "connect_timeout": CONNECT_TIMEOUT,
        "read_timeout": STATEMENT_TIMEOUT,
        "write_timeout": STATEMENT_TIMEOUT,
        "init_command": settings,
    }


def _postgres_arguments() -> dict[str, Any]:
    return {
        "connect_timeout": CONNECT_TIMEOUT,
        "tcp_user_timeout": STATEMENT_TIMEOUT * 1000,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "options": f"-c statement_timeout={STATEMENT_TIMEOUT}s -c lock_timeout={LOCK_TIMEOUT}s"
        " -c idle_in_transaction_session_timeout=60s",
    }


def sqlite_writer(url: URL) -> Engine:
    """One connection that takes the write lock at BEGIN and is on disk when COMMIT returns."""
    return _sqlite(url, "BEGIN IMMEDIATE", ("PRAGMA synchronous=FULL",), pool_size=1)


def sqlite_reader(url: URL, *, pool_size: int) -> Engine:
    """Connections that read a consistent state and can't write."""
    return _sqlite(url, "BEGIN", ("PRAGMA query_only=ON",), pool_size=pool_size)


def _sqlite(url: URL, begin: str, pragmas: tuple[str, ...], *, pool_size: int) -> Engine:
    if url.database in (None, "", ":memory:"):
        raise ValueError("SQLite needs a file: its readers and its writer are several connections")
    engine = create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": CONNECT_TIMEOUT},
        pool_size=pool_size,
        max_overflow=-1,
        query_cache_size=1500,
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: sqlite3.Connection, record: object) -> None:
        connection.isolation_level = None
        connection.create_function("regexp", 2, _regexp, deterministic=True)
        cursor = connection.cursor()
        for pragma in ("PRAGMA journal_mode=WAL", "PRAGMA foreign_keys=ON", *pragmas):
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine


@functools.lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _regexp(pattern: str, value: str | None) -> bool:
    return value is not None and _compiled(pattern).search(str(value)) is not None
