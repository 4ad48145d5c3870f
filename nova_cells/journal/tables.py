# SPDX-License-Identifier: Apache-2.0
"""The journal's two tables, made for whichever database asks: the global and a cell's alike."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, Table

from nova_cells.runtime.db.types import Code, Instant, Json, LongText, Name, Uuid


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
        Column("id", Name, primary_key=True),
        Column("kind", Code, nullable=False),
        Column("kind_version", Integer, nullable=False),
        Column("action", Code, nullable=False),
        Column("subject", Uuid, nullable=False),
        Column("epoch", Integer, nullable=False),
        Column("open", Boolean(create_constraint=False), nullable=False),
        Column("result", Code, nullable=True),
        Column("direction", Code, nullable=False),
        Column("cursor", Integer, nullable=False),
        Column("attempt", Integer, nullable=False),
        Column("tries", Integer, nullable=False),
        Column("generation", Integer, nullable=False),
        Column("place", Name, nullable=True),
        Column("wake_at", Instant, nullable=True),
        Column("deadline", Instant, nullable=False),
        Column("request_id", Code, nullable=False),
        Column("user_id", Name, nullable=False),
        Column("project_id", Name, nullable=False),
        Column("arguments", Json, nullable=False),
        Column("message", LongText, nullable=True),
        Column("details", LongText, nullable=True),
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
        Column("operation", Name, primary_key=True),
        Column("attempt", Integer, primary_key=True, autoincrement=False),
        Column("position", Integer, primary_key=True, autoincrement=False),
        Column("undo", Boolean(create_constraint=False), primary_key=True),
        Column("place", Name, nullable=True),
        Column("outcome", Code, nullable=False),
        Column("message", LongText, nullable=True),
        Column("details", LongText, nullable=True),
        Column("facts", Json, nullable=False),
        Column("started_at", Instant, nullable=False),
        Column("finished_at", Instant, nullable=False),
    )
    return JournalTables(operations, steps)
