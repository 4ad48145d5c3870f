# SPDX-License-Identifier: Apache-2.0
"""What is still to be told to the world, and what must never be built here any more."""

from sqlalchemy import Column, Index, Integer, Table

from nova_cells.cell.db.tables.base import metadata
from nova_cells.runtime.db.types import Code, Instant, Json, Name, Uuid

outbox = Table(
    "outbox",
    metadata,
    Column("kind", Code, primary_key=True),
    Column("key", Name, primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("version", Code, nullable=False),
    Column("disposition", Code, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("document", Json, nullable=False),
    Index("ix_outbox_due_at", "due_at"),
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("uuid", Uuid, primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_tombstones_created_at", "created_at"),
)
