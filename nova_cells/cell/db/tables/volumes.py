# SPDX-License-Identifier: Apache-2.0
"""How hosts reach the volumes of servers: secrets, which are kept here and in no head or feed.

One row for each host on which a server has a volume: two while it moves.
"""

from sqlalchemy import Column, Table

from nova_cells.cell.db.tables.base import metadata
from nova_cells.runtime.db.types import Instant, Json, Name, Uuid

volume_connections = Table(
    "volume_connections",
    metadata,
    Column("uuid", Uuid, primary_key=True),
    Column("volume_id", Uuid, primary_key=True),
    Column("host", Name, primary_key=True),
    Column("attachment_id", Uuid, nullable=False),
    Column("connection", Json, nullable=False),
    Column("updated_at", Instant, nullable=False),
)
