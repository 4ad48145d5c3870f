# SPDX-License-Identifier: Apache-2.0
"""Tokens for consoles, by their digest: whoever reads this table can open none."""

from sqlalchemy import Column, Index, Table

from nova_cells.cell.db.tables.base import metadata
from nova_cells.runtime.db.types import Code, Instant, Json, Name, Uuid

console_tokens = Table(
    "console_tokens",
    metadata,
    Column("digest", Code, primary_key=True),
    Column("uuid", Uuid, nullable=False),
    Column("type", Code, nullable=False),
    Column("host", Name, nullable=False),
    Column("target", Json, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Index("ix_console_tokens_expires_at", "expires_at"),
)
