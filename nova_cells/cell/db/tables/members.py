# SPDX-License-Identifier: Apache-2.0
"""Agents that share hosts: who was there lately, by group."""

from sqlalchemy import Column, Table

from nova_cells.cell.db.tables.base import metadata
from nova_cells.runtime.db.types import Instant, Name

agent_members = Table(
    "agent_members",
    metadata,
    Column("group_name", Name, primary_key=True),
    Column("address", Name, primary_key=True),
    Column("seen_at", Instant, nullable=False),
)
