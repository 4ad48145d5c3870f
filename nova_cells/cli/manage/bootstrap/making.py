# SPDX-License-Identifier: Apache-2.0
"""From a wish to a cell: database, virtual host, row and configuration file, or nothing of it."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nova_cells.cli.manage.bootstrap import brokers, databases
from nova_cells.cli.manage.bootstrap.trouble import Trouble
from nova_cells.clients import references
from nova_cells.global_api import cell_registry
from nova_cells.global_api.cell_registry import CellEntry
from nova_cells.runtime.db import Database

_CONFIGURATION = """\
# For the conductors and compute agents of cell {name}; agents need no connection.
# It holds passwords.
[deployment]
id = {deployment}

[cell]
name = {name}
uuid = {uuid}
{connection}transport_url = {transport_url}
"""


@dataclass(frozen=True)
class Wish:
    """A URL that is None is made by the admin's beside it; a database may be left to `db sync`."""

    name: str
    uuid: str
    deployment: str
    transport_url: str | None = None
    database_url: str | None = None
    admin_database_url: str | None = None
    admin_broker_url: str | None = None
    broker: str | None = None
    config_file: Path | None = None


def create(database: Database, wish: Wish, conf: Any = None) -> CellEntry:
    """Make all of it; what was made is taken back if anything fails.

    `conf` says where references to a key manager lead.
    """
    _be_whole(wish)
    with ExitStack() as undo:
        database_url = wish.database_url
        if wish.admin_database_url:
            password = secrets.token_urlsafe(24)
            database_url = databases.make(
                wish.admin_database_url, account_of(wish.name), password, undo
            )
        transport_url = wish.transport_url
        if wish.admin_broker_url:
            transport_url = brokers.make(
                wish.admin_broker_url,
                str(wish.broker),
                account_of(wish.name),
                secrets.token_urlsafe(24),
                undo,
            )
        assert transport_url is not None
        if database_url or wish.admin_broker_url:
            brokers.check(references.resolve(transport_url, conf))
        if database_url:
            databases.take(database_url, wish.deployment, wish.uuid)
        if wish.config_file:
            _write(wish, database_url, references.resolve(transport_url, conf), undo)
        entry = cell_registry.create(database, wish.uuid, wish.name, transport_url)
        undo.pop_all()
    return entry


def account_of(name: str) -> str:
    """The name of a cell's database, virtual host and accounts."""
    return "cell_" + re.sub(r"[^a-z0-9_]", "_", name.lower())[:27]


def _be_whole(wish: Wish) -> None:
    if not wish.transport_url and not wish.admin_broker_url:
        raise Trouble("no transport URL given: see --transport-url-file in --help")
    if wish.admin_broker_url and not wish.broker:
        raise Trouble("say with --broker HOST:PORT where the cell reaches the broker")
    if (wish.admin_broker_url or wish.admin_database_url) and not wish.config_file:
        raise Trouble("passwords are made: say with --config-out FILE where they are written")
    if wish.config_file and wish.config_file.exists():
        raise Trouble(f"{wish.config_file} is there already")


def _write(wish: Wish, database_url: str | None, transport_url: str, undo: ExitStack) -> None:
    """For its owner only. A percent sign or a dollar stands for itself in none of these URLs."""
    connection = f"connection = {database_url}\n" if database_url else ""
    text = _CONFIGURATION.format(
        deployment=wish.deployment,
        name=wish.name,
        uuid=wish.uuid,
        connection=connection,
        transport_url=transport_url,
    )
    path = wish.config_file
    assert path is not None
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Trouble(f"{path} can't be written: {error.strerror}") from None
    undo.callback(path.unlink, missing_ok=True)
    with os.fdopen(handle, "w") as file:
        file.write(text.replace("$", "$$"))
