# SPDX-License-Identifier: Apache-2.0
"""Compute hosts of all cells as their cells published them. `id` is the number old clients see.

`zone` is worked out from the aggregates whenever one of them or the host changes.
"""

from sqlalchemy import Boolean, Column, Integer, Table, UniqueConstraint

from nova_cells.global_api.db.tables.base import metadata, uuid_column
from nova_cells.runtime.db.types import Instant, Json, Name

host_index = Table(
    "host_index",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    uuid_column("cell_uuid", nullable=False),
    Column("name", Name, nullable=False, index=True),
    uuid_column(nullable=False, unique=True),
    Column("node", Name, nullable=False),
    Column("zone", Name, nullable=False),
    Column("up", Boolean, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("forced_down", Boolean, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("last_seen", Instant, nullable=False),
    Column("document", Json, nullable=False),
    UniqueConstraint("cell_uuid", "name", name="uniq_host_index_cell_name"),
)
