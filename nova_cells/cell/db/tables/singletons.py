# SPDX-License-Identifier: Apache-2.0
"""Tables with one row, or one a process: who this cell is, its bundle, its conductors.

`mark`: the newest number the global side had written down here; an old backup has a lower one.
"""

from sqlalchemy import Column, Integer, Table

from nova_cells.cell.db.tables.base import metadata
from nova_cells.runtime.db.types import Code, Instant, Json, Name, Uuid

cell_identity = Table(
    "cell_identity",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("deployment", Name, nullable=False),
    Column("cell_uuid", Uuid, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("mark", Integer, nullable=False),
)

bundles = Table(
    "bundles",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("generation", Integer, nullable=False),
    Column("document", Json, nullable=False),
)

services = Table(
    "services",
    metadata,
    Column("binary", Code, primary_key=True),
    Column("host", Name, primary_key=True),
    Column("versions", Json, nullable=False),
    Column("last_seen", Instant, nullable=False),
)
