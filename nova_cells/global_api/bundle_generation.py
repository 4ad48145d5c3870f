# SPDX-License-Identifier: Apache-2.0
"""The number of the newest policy bundle. It is raised with whatever the bundle tells of.

Its row is the lock of all who change that: raise it first.
"""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from nova_cells.global_api.db.tables.aggregates import policy_bundle
from nova_cells.runtime.db import insert_ignore

_b = policy_bundle.c


def raise_generation(connection: Connection) -> None:
    """Have routers give all cells a new bundle."""
    insert_ignore(connection, policy_bundle, {"id": 1, "generation": 0}, keys=("id",))
    connection.execute(update(policy_bundle).where(_b.id == 1).values(generation=_b.generation + 1))


def generation(connection: Connection) -> int:
    """Of the newest bundle; 0 before the first."""
    return int(connection.execute(select(_b.generation)).scalar() or 0)
