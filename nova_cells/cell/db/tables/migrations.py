# SPDX-License-Identifier: Apache-2.0
"""Migrations, one row a move: what is looked for beside the whole document."""

from sqlalchemy import Column, Index, Integer, Table

from nova_cells.cell.db.tables.base import metadata
from nova_cells.runtime.db.types import Code, Instant, Json, Uuid

migrations = Table(
    "migrations",
    metadata,
    Column("uuid", Uuid, primary_key=True),
    Column("instance_uuid", Uuid, nullable=False),
    Column("migration_type", Code, nullable=False),
    Column("status", Code, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("document", Json, nullable=False),
    Index("ix_migrations_instance", "instance_uuid", "created_at"),
)
