# SPDX-License-Identifier: Apache-2.0
"""The database of a new cell: made on a server, or prepared and belonging to nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, inspect, pool, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError

from nova_cells.cell.db import singletons
from nova_cells.cli.manage.bootstrap.trouble import Trouble
from nova_cells.runtime.clock import now
from nova_cells.runtime.db import engines, schema

_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")


def make(admin_url: str, name: str, password: str, undo: ExitStack) -> str:
    """A new database with an account of the same name; answers its URL."""
    if not _NAME.fullmatch(name):
        raise Trouble(f"{name!r} is no name for a database: a-z, 0-9 and _, 32 at most")
    url = _parsed(admin_url)
    makers: dict[str, Callable[[Engine, str, str, ExitStack], None]]
    makers = {"mysql": _on_mariadb, "postgresql": _on_postgresql}
    if url.get_backend_name() == "sqlite":
        return _file(url, undo)
    if url.get_backend_name() not in makers:
        raise Trouble(f"no databases are made on {url.get_backend_name()}")
    with _engine(url) as engine:
        makers[url.get_backend_name()](engine, name, password, undo)
    query = {key: value for key, value in url.query.items() if key != "unix_socket"}
    made = url.set(username=name, password=password, database=name, query=query)
    return made.render_as_string(hide_password=False)


def take(url: str, deployment: str, cell_uuid: str) -> None:
    """Bring its schema up to this release and write down whose it is; another cell's is refused."""
    parsed = _parsed(url)
    with _engine(parsed) as engine:
        with engine.connect() as connection:
            _be_free(connection, deployment, cell_uuid)
        with engine.begin() as connection:
            schema.upgrade_connection(connection, "cell")
            singletons.take_identity(connection, deployment, cell_uuid, now())


def _be_free(connection: Connection, deployment: str, cell_uuid: str) -> None:
    tables = set(inspect(connection).get_table_names())
    if not tables:
        return
    if "cell_identity" not in tables:
        raise Trouble("the database holds tables of something else; a cell needs one of its own")
    owner = singletons.identity(connection)
    if owner not in (None, (deployment, cell_uuid)):
        raise Trouble(
            f"the database belongs to cell {owner[1]} of deployment {owner[0]!r}; two cells never "
            "share one"
        )


def _on_mariadb(engine: Engine, name: str, password: str, undo: ExitStack) -> None:
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT 1 FROM information_schema.schemata WHERE schema_name = :name"),
            {"name": name},
        ).first()
        _refuse(found, name)
        undo.callback(_run, engine.url, f"DROP DATABASE IF EXISTS {name}")
        connection.execute(
            text(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
        )
        who = {"name": name, "password": password}
        connection.execute(text("CREATE USER :name@'%' IDENTIFIED BY :password"), who)
        undo.callback(_run, engine.url, f"DROP USER IF EXISTS '{name}'@'%'")
        connection.execute(text(f"GRANT ALL ON {name}.* TO :name@'%'"), {"name": name})


def _on_postgresql(engine: Engine, name: str, password: str, undo: ExitStack) -> None:
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}
        ).first()
        _refuse(found, name)
        connection.execute(
            text(f"CREATE ROLE {name} LOGIN PASSWORD :password"), {"password": password}
        )
        undo.callback(_run, engine.url, f"DROP ROLE IF EXISTS {name}")
        undo.callback(_run, engine.url, f"DROP DATABASE IF EXISTS {name}")
        connection.execute(text(f"CREATE DATABASE {name} OWNER {name}"))
        connection.execute(text(f"REVOKE CONNECT ON DATABASE {name} FROM PUBLIC"))


def _file(url: URL, undo: ExitStack) -> str:
    path = Path(url.database or "")
    if not url.database or not path.parent.is_dir():
        raise Trouble(f"there is no folder for {path}")
    _refuse(path.exists(), str(path))
    undo.callback(path.unlink, missing_ok=True)
    return url.render_as_string(hide_password=False)


def _refuse(found: object, name: str) -> None:
    if found:
        raise Trouble(
            f"a database {name} is there already: give it with --database-url-file, or another name"
        )


def _run(url: URL, statement: str) -> None:
    with _engine(url) as engine, engine.connect() as connection:
        connection.execute(text(statement))


def _parsed(url: str) -> URL:
    try:
        return engines.normal_url(url)
    except ArgumentError:
        raise Trouble("the URL of the database is not understood: mysql+pymysql://…") from None


@contextmanager
def _engine(url: URL) -> Iterator[Engine]:
    """Connections are opened when they are used; what the server says is told without its URL."""
    patience = {} if url.get_backend_name() == "sqlite" else {"connect_timeout": 5}
    engine = create_engine(
        url, poolclass=pool.NullPool, isolation_level="AUTOCOMMIT", connect_args=patience
    )
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, poolclass=pool.NullPool)
    try:
        yield engine
    except DBAPIError as error:
        words = str(error.orig.args[-1] if error.orig and error.orig.args else error.orig)
        raise Trouble(f"the database {engines.masked(url)} says: {words.strip()}") from None
    finally:
        engine.dispose()
