# SPDX-License-Identifier: Apache-2.0
"""Work with images and with services that is owed after an operation is over."""

from sqlalchemy import Column, Index, Integer, Table

from nova_cells.cell.db.tables.base import metadata
from nova_cells.runtime.db.types import Code, Instant, Json, Name, Uuid

chores = Table(
    "image_chores",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Code, nullable=False),
    Column("document", Json, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_image_chores_due_at", "due_at"),
)

service_chores = Table(
    "service_chores",
    metadata,
    Column("id", Name, primary_key=True),
    Column("kind", Code, nullable=False),
    Column("uuid", Uuid, nullable=False),
    Column("document", Json, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_service_chores_due_at", "due_at"),
)
