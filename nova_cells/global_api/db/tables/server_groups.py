# SPDX-License-Identifier: Apache-2.0
"""Server groups, their members, and the cell an affinity group is bound to.

Members are written in the same transaction that accepts a server, under the group's row lock.
"""

from sqlalchemy import Column, ForeignKey, Table

from nova_cells.global_api.db.tables.base import metadata
from nova_cells.runtime.db.types import Code, Instant, Json, Name, Serial, Uuid

server_groups = Table(
    "server_groups",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("uuid", Uuid, nullable=False, unique=True),
    Column("project_id", Name, nullable=False, index=True),
    Column("user_id", Name, nullable=False),
    Column("name", Name, nullable=False),
    Column("policy", Code, nullable=False),
    Column("rules", Json, nullable=False),
    Column("pinned_cell", Uuid, nullable=True),
    Column("created_at", Instant, nullable=False),
)

server_group_members = Table(
    "server_group_members",
    metadata,
    Column(
        "group_uuid",
        Uuid,
        ForeignKey("server_groups.uuid", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("instance_uuid", Uuid, primary_key=True, index=True),
)
