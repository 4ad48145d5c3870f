# SPDX-License-Identifier: Apache-2.0
"""Instances: narrow columns to search by beside the whole head document, and their specs.

`operation` is the lock: the id of the one operation that holds the instance.
"""

from sqlalchemy import Column, Index, Integer, Table

from nova_cells.cell.db.tables.base import metadata
from nova_cells.runtime.db.types import Code, Instant, Json, Name, Uuid

instances = Table(
    "instances",
    metadata,
    Column("uuid", Uuid, primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("project_id", Name, nullable=False),
    Column("vm_state", Code, nullable=False),
    Column("task_state", Code, nullable=True),
    Column("operation", Name, nullable=True),
    Column("host", Name, nullable=True),
    Column("amended_by", Name, nullable=True),
    Column("deleted_at", Instant, nullable=True),
    Column("document", Json, nullable=False),
    Index("ix_instances_host", "host"),
    Index("ix_instances_deleted_at", "deleted_at"),
)

specs = Table(
    "specs",
    metadata,
    Column("uuid", Uuid, primary_key=True),
    Column("document", Json, nullable=False),
)
