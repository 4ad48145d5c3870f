# SPDX-License-Identifier: Apache-2.0
"""What is held of each quota. A project's row (`user_id` empty) is also the project's lock.

A hold says what one server, for one purpose, has added to the counters; it is removed in the
transaction that subtracts it, so a counter is always the sum of its holds. One that `expires_at` a
moment is for an operation that its cell has not been heard to begin.
"""

from sqlalchemy import BigInteger, Column, Table

from nova_cells.global_api.db.tables.base import metadata, uuid_column
from nova_cells.runtime.db.types import Code, Instant, Name

quota_usage = Table(
    "quota_usage",
    metadata,
    Column("project_id", Name, primary_key=True),
    Column("user_id", Name, primary_key=True),
    Column("instances", BigInteger, nullable=False),
    Column("cores", BigInteger, nullable=False),
    Column("ram", BigInteger, nullable=False),
    Column("disk", BigInteger, nullable=False),
)

quota_holds = Table(
    "quota_holds",
    metadata,
    uuid_column("instance_uuid", primary_key=True),
    Column("purpose", Code, primary_key=True),
    Column("project_id", Name, nullable=False),
    Column("user_id", Name, nullable=False),
    Column("instances", BigInteger, nullable=False),
    Column("cores", BigInteger, nullable=False),
    Column("ram", BigInteger, nullable=False),
    Column("disk", BigInteger, nullable=False),
    Column("expires_at", Instant, nullable=True, index=True),
)
