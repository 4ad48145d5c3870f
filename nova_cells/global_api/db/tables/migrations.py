# SPDX-License-Identifier: Apache-2.0
"""Migrations of all cells as these published them. `id` is the number clients see."""

from sqlalchemy import Column, Index, Integer, Table

from nova_cells.global_api.db.tables.base import metadata, uuid_column
from nova_cells.runtime.db.types import Code, Instant, Json, Name

migrations = Table(
    "migrations",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    uuid_column(nullable=False, unique=True),
    uuid_column("cell_uuid", nullable=False),
    uuid_column("instance_uuid", nullable=False),
    Column("revision", Integer, nullable=False),
    Column("migration_type", Code, nullable=False),
    Column("status", Code, nullable=False),
    Column("source_compute", Name, nullable=True),
    Column("dest_compute", Name, nullable=True),
    Column("user_id", Name, nullable=True),
    Column("project_id", Name, nullable=True),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("document", Json, nullable=False),
    Index("ix_migrations_instance", "instance_uuid"),
    Index("ix_migrations_age", "created_at", "id"),
    Index("ix_migrations_project", "project_id", "created_at", "id"),
    Index("ix_migrations_updated", "updated_at"),
)
