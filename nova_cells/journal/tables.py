# SPDX-License-Identifier: Apache-2.0
"""The journal's two tables, made for whichever database asks: the global and a cell's alike."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, String, Table, Text

from nova_cells.runtime.db.types import Instant, Json


@dataclass(frozen=True)
class JournalTables:
    """`operations` holds one row an operation, `steps` one row a finished step."""

    operations: Table
    steps: Table


def journal_tables(metadata: MetaData) -> JournalTables:
    """Add both tables to `metadata`. `wake_at` is the one timer; it is empty once closed."""
    operations = Table(
        "operations",
        metadata,
        Column("id", String(255), primary_key=True),
        Column("kind", String(64), nullable=False),
        Column("kind_version", Integer, nullable=False),
        Column("action", String(64), nullable=False),
        Column("subject", String(36), nullable=False),
        Column("epoch", Integer, nullable=False),
        Column("open", Boolean(create_constraint=False), nullable=False),
        Column("result", String(16), nullable=True),
        Column("direction", String(8), nullable=False),
        Column("cursor", Integer, nullable=False),
        Column("attempt", Integer, nullable=False),
        Column("tries", Integer, nullable=False),
        Column("generation", Integer, nullable=False),
        Column("place", String(255), nullable=True),
        Column("wake_at", Instant, nullable=True),
        Column("deadline", Instant, nullable=False),
        Column("request_id", String(64), nullable=False),
        Column("user_id", String(255), nullable=False),
        Column("project_id", String(255), nullable=False),
        Column("arguments", Json, nullable=False),
        Column("message", Text, nullable=True),
        Column("details", Text, nullable=True),
        Column("started_at", Instant, nullable=False),
        Column("updated_at", Instant, nullable=False),
        Column("finished_at", Instant, nullable=True),
    )
    Index("ix_operations_subject", operations.c.subject, operations.c.started_at)
    Index("ix_operations_wake_at", operations.c.wake_at)
    Index("ix_operations_place", operations.c.place, operations.c.open)
    steps = Table(
        "operation_steps",
        metadata,
        Column("operation", String(255), primary_key=True),
        Column("attempt", Integer, primary_key=True, autoincrement=False),
        Column("position", Integer, primary_key=True, autoincrement=False),
        Column("undo", Boolean(create_constraint=False), primary_key=True),
        Column("place", String(255), nullable=True),
        Column("outcome", String(16), nullable=False),
        Column("message", Text, nullable=True),
        Column("details", Text, nullable=True),
        Column("facts", Json, nullable=False),
        Column("started_at", Instant, nullable=False),
        Column("finished_at", Instant, nullable=False),
    )
    return JournalTables(operations, steps)
