# SPDX-License-Identifier: Apache-2.0
"""Counters of things that are counted per owner: key pairs of a user, groups of a project.

The counter's row is the owner's lock: `take` is one conditional update, so of two requests for the
last place one is refused, on any database and under any concurrency.
"""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from nova_cells.global_api.db.tables.quota_limits import owner_counts
from nova_cells.global_api.resources.quota_sets.limits_store import UNLIMITED
from nova_cells.runtime.db import insert_ignore

_c = owner_counts.c


def take(connection: Connection, resource: str, owner: str, limit: int) -> bool:
    """Count one more if the limit allows it; answers whether it did."""
    zero = {"resource": resource, "owner": owner, "used": 0}
    insert_ignore(connection, owner_counts, zero, keys=("resource", "owner"))
    change = update(owner_counts).where(_c.resource == resource, _c.owner == owner)
    if limit != UNLIMITED:
        change = change.where(_c.used < limit)
    return connection.execute(change.values(used=_c.used + 1)).rowcount == 1


def give_back(connection: Connection, resource: str, owner: str) -> None:
    connection.execute(
        update(owner_counts)
        .where(_c.resource == resource, _c.owner == owner, _c.used > 0)
        .values(used=_c.used - 1)
    )


def used(connection: Connection, resource: str, owner: str) -> int:
    query = select(_c.used).where(_c.resource == resource, _c.owner == owner)
    return connection.execute(query).scalar_one_or_none() or 0
