# SPDX-License-Identifier: Apache-2.0
"""Which cell owns a server: (`cell_uuid`, `epoch`), changed only under the row's lock."""

from sqlalchemy import Column, Integer, Table

from nova_cells.global_api.db.tables.base import metadata, uuid_column
from nova_cells.runtime.db.types import Instant, Name

instance_mappings = Table(
    "instance_mappings",
    metadata,
    uuid_column(primary_key=True),
    Column("project_id", Name, nullable=False),
    Column("user_id", Name, nullable=False),
    uuid_column("cell_uuid", nullable=True, index=True),
    Column("epoch", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
)
