# SPDX-License-Identifier: Apache-2.0
"""Brings a database to the newest schema of its tree. Commands do this, never a serving process.

Code of the release before runs on this release's schema, so a tree only adds until 2.0.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, pool

from nova_cells.runtime.db import engines

TREES = {"global_api": "nova_cells.global_api.db.tables", "cell": "nova_cells.cell.db.tables"}
"""Tree → the package whose `metadata` it follows."""


def directory(tree: str) -> Path:
    """Where a tree's revisions are."""
    if tree not in TREES:
        raise ValueError(f"no such schema tree: {tree!r}")
    package = importlib.import_module("nova_cells.migrations")
    return Path(next(iter(package.__path__))) / tree


def head(tree: str) -> str:
    """The newest revision of a tree."""
    revision = ScriptDirectory.from_config(_configuration(tree)).get_current_head()
    if revision is None:
        raise ValueError(f"schema tree {tree!r} has no revision")
    return revision


def current(url: str, tree: str) -> str | None:
    """The revision a database is at; None where there is no schema yet."""
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def upgrade(url: str, tree: str) -> None:
    """Bring a database to the newest schema; does nothing where it is there already."""
    engine = _engine(url)
    try:
        with engine.begin() as connection:
            upgrade_connection(connection, tree)
    finally:
        engine.dispose()


def upgrade_connection(connection: Connection, tree: str) -> None:
    """The same on an open connection; the caller commits."""
    configuration = _configuration(tree)
    configuration.attributes["connection"] = connection
    command.upgrade(configuration, "head")


def metadata_of(tree: str) -> Any:
    """The tables as the code has them."""
    package: Any = importlib.import_module(TREES[tree])
    return package.metadata


def _configuration(tree: str) -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(directory(tree)).replace("%", "%%"))
    configuration.attributes["tree"] = tree
    return configuration


def _engine(url: str) -> Engine:
    return create_engine(engines.normal_url(url), poolclass=pool.NullPool)
