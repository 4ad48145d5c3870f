# SPDX-License-Identifier: Apache-2.0
"""Instances: narrow columns to search by beside the whole head document, and their specs.

`operation` is the lock: the id of the one operation that holds the instance.
"""

from sqlalchemy import Column, Index, Integer, String, Table

from nova_cells.cell.db.tables.base import metadata
from nova_cells.runtime.db.types import Instant, Json

instances = Table(
    "instances",
    metadata,
    Column("uuid", String(36), primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("project_id", String(255), nullable=False),
    Column("vm_state", String(32), nullable=False),
    Column("task_state", String(64), nullable=True),
    Column("operation", String(255), nullable=True),
    Column("host", String(255), nullable=True),
    Column("amended_by", String(255), nullable=True),
    Column("deleted_at", Instant, nullable=True),
    Column("document", Json, nullable=False),
    Index("ix_instances_host", "host"),
    Index("ix_instances_deleted_at", "deleted_at"),
)

specs = Table(
    "specs",
    metadata,
    Column("uuid", String(36), primary_key=True),
    Column("document", Json, nullable=False),
)
