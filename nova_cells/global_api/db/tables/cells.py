# SPDX-License-Identifier: Apache-2.0
"""The cells there are. `generation` grows with every change, so that a reader sees one cheaply."""

from sqlalchemy import Boolean, Column, Integer, Table, Text

from nova_cells.global_api.db.tables.base import metadata, uuid_column
from nova_cells.runtime.db.types import Instant, Name

cells = Table(
    "cells",
    metadata,
    uuid_column(primary_key=True),
    Column("name", Name, nullable=False, unique=True),
    Column("transport_url", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=True),
)
