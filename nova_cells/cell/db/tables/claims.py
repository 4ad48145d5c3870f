# SPDX-License-Identifier: Apache-2.0
"""Claims on hosts, and the server groups whose rows serialise the claims of their members."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table

from nova_cells.cell.db.tables.base import metadata
from nova_cells.runtime.db.types import Code, Instant, Json, Name, Uuid

claims = Table(
    "claims",
    metadata,
    Column("uuid", Uuid, primary_key=True),
    Column("host", Name, primary_key=True),
    Column("vcpus", BigInteger, nullable=False),
    Column("memory_mb", BigInteger, nullable=False),
    Column("disk_gb", BigInteger, nullable=False),
    Column("resources", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_claims_host", "host"),
)

groups = Table(
    "server_groups",
    metadata,
    Column("uuid", Uuid, primary_key=True),
    Column("policy", Code, nullable=False),
    Column("max_server_per_host", Integer, nullable=False),
)

group_members = Table(
    "server_group_members",
    metadata,
    Column("uuid", Uuid, primary_key=True),
    Column("host", Name, primary_key=True),
    Column("group_uuid", Uuid, nullable=False),
    Index("ix_server_group_members_group", "group_uuid"),
    Index("ix_server_group_members_host", "host"),
)
