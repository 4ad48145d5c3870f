# SPDX-License-Identifier: Apache-2.0
"""Flavors and who may use the private ones.

Extra specs live in the flavor's own row: they are always read with it, and a change of one key is a
read-modify-write under that row's lock.
"""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Integer, Table

from nova_cells.global_api.db.tables.base import metadata
from nova_cells.runtime.db.types import Instant, Json, LongText, Name, Serial

flavors = Table(
    "flavors",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("flavorid", Name, nullable=False, unique=True),
    Column("name", Name, nullable=False, unique=True),
    Column("vcpus", Integer, nullable=False),
    Column("memory_mb", Integer, nullable=False),
    Column("root_gb", Integer, nullable=False),
    Column("ephemeral_gb", Integer, nullable=False),
    Column("swap_mb", Integer, nullable=False),
    Column("rxtx_factor", Float(53), nullable=False),
    Column("is_public", Boolean, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("description", LongText, nullable=True),
    Column("extra_specs", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=True),
)

flavor_projects = Table(
    "flavor_projects",
    metadata,
    Column("flavor_id", Serial, ForeignKey("flavors.id", ondelete="CASCADE"), primary_key=True),
    Column("project_id", Name, primary_key=True),
)
