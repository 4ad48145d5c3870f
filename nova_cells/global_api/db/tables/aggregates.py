# SPDX-License-Identifier: Apache-2.0
"""Host aggregates, and the generation of the bundle of them that cells are given.

Every write of an aggregate adds one to `policy_bundle.generation` in the same transaction.
"""

from sqlalchemy import Column, ForeignKey, Integer, Table

from nova_cells.global_api.db.tables.base import metadata, uuid_column
from nova_cells.runtime.db.types import Instant, Json, Name

aggregates = Table(
    "aggregates",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    uuid_column(nullable=False, unique=True),
    Column("name", Name, nullable=False, unique=True),
    Column("metadata", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=True),
)

aggregate_hosts = Table(
    "aggregate_hosts",
    metadata,
    Column(
        "aggregate_id", Integer, ForeignKey("aggregates.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("host", Name, primary_key=True, index=True),
)

policy_bundle = Table(
    "policy_bundle",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("generation", Integer, nullable=False),
)
