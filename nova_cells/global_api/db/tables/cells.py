# SPDX-License-Identifier: Apache-2.0
"""The cells there are. `generation` grows with every change, so that a reader sees one cheaply.

`state`: see `nova_cells.global_api.cell_states`. `transport_url` may be a reference to where it
is kept. `rules`: what the operator has said of placing servers there. `mark`: the highest number
the cell has acknowledged to have written down; one that knows only a lower one was put back from a
backup.
"""

from sqlalchemy import Column, Integer, Table, Text

from nova_cells.global_api.db.tables.base import metadata, uuid_column
from nova_cells.runtime.db.types import Code, Instant, Json, Name

cells = Table(
    "cells",
    metadata,
    uuid_column(primary_key=True),
    Column("name", Name, nullable=False, unique=True),
    Column("transport_url", Text, nullable=False),
    Column("state", Code, nullable=False),
    Column("rules", Json, nullable=False),
    Column("mark", Integer, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=True),
)
