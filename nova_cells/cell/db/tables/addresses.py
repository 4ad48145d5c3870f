# SPDX-License-Identifier: Apache-2.0
"""Addresses of the local network that are in use: the primary key gives none out twice."""

from sqlalchemy import Column, Index, Table

from nova_cells.cell.db.tables.base import metadata
from nova_cells.runtime.db.types import Code, Instant, Uuid

addresses = Table(
    "addresses",
    metadata,
    Column("network_id", Uuid, primary_key=True),
    Column("address", Code, primary_key=True),
    Column("port_id", Uuid, nullable=False),
    Column("uuid", Uuid, nullable=False),
    Column("mac", Code, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_addresses_uuid", "uuid"),
    Index("ix_addresses_address", "address"),
)
