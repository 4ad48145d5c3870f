# SPDX-License-Identifier: Apache-2.0
"""Limits an operator set: for a class, a project, or one user of a project.

`scope` is "class" or "project" and `owner` its name; `user_id` is empty except for a user's own
limit. `owner_counts` are counters of what one owner has; taking a place is a conditional update of
the counter's row, so that two requests can't both take the last one.
"""

from sqlalchemy import Column, Integer, Table

from nova_cells.global_api.db.tables.base import metadata
from nova_cells.runtime.db.types import Code, Name

quota_limits = Table(
    "quota_limits",
    metadata,
    Column("scope", Code, primary_key=True),
    Column("owner", Name, primary_key=True),
    Column("user_id", Name, primary_key=True),
    Column("resource", Code, primary_key=True),
    Column("hard_limit", Integer, nullable=False),
)

owner_counts = Table(
    "owner_counts",
    metadata,
    Column("resource", Code, primary_key=True),
    Column("owner", Name, primary_key=True),
    Column("used", Integer, nullable=False),
)
