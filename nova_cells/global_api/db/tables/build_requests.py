# SPDX-License-Identifier: Apache-2.0
"""Servers that were promised and are not running yet. A row goes when its server runs or failed.

`phase`: "choosing" (no cell has it), "asked" (the cell in the mapping was, or is being, asked),
"accepted" (that cell took charge; the spec stays for the case that it gives the build back).
Whoever works on a row holds its lease; each taking of it is a compare-and-set on `generation`.
"""

from sqlalchemy import Boolean, Column, Integer, Table

from nova_cells.global_api.db.tables.base import metadata, uuid_column
from nova_cells.runtime.db.types import Code, Instant, Json

build_requests = Table(
    "build_requests",
    metadata,
    uuid_column(primary_key=True),
    Column("spec", Json, nullable=False),
    Column("phase", Code, nullable=False),
    uuid_column("cell_uuid", nullable=True),
    Column("epoch", Integer, nullable=False),
    Column("attempts", Json, nullable=False),
    Column("cancelled", Boolean, nullable=False),
    Column("lease_owner", Code, nullable=True),
    Column("lease_until", Instant, nullable=False, index=True),
    Column("generation", Integer, nullable=False),
    Column("deadline", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
)
