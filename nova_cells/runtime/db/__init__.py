# SPDX-License-Identifier: Apache-2.0
"""Databases: SQLite embedded, MariaDB and PostgreSQL in production. SQLAlchemy Core, no ORM.

The rule: `work` given to `Database.write` may run more than once, so it does SQL and nothing else.
"""

from nova_cells.runtime.database_fault import DatabaseFault
from nova_cells.runtime.db.database import Database
from nova_cells.runtime.db.errors import DatabaseUnavailable, OutcomeUnknown
from nova_cells.runtime.db.upserts import for_update, insert_ignore, upsert

__all__ = [
    "Database",
    "DatabaseFault",
    "DatabaseUnavailable",
    "OutcomeUnknown",
    "for_update",
    "insert_ignore",
    "upsert",
]
