# SPDX-License-Identifier: Apache-2.0
"""Key pairs: public keys only, a private half is never stored."""

from sqlalchemy import Column, Table, UniqueConstraint

from nova_cells.global_api.db.tables.base import metadata
from nova_cells.runtime.db.types import Code, Instant, LongText, Name, Serial

keypairs = Table(
    "keypairs",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("user_id", Name, nullable=False),
    Column("name", Name, nullable=False),
    Column("type", Code, nullable=False),
    Column("fingerprint", Name, nullable=False),
    Column("public_key", LongText, nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("user_id", "name"),
)
