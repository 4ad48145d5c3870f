# SPDX-License-Identifier: Apache-2.0
"""Does what is counted agree with what lives? Says so, and changes nothing.

Counters are written in the transaction of what they count, so a difference is a mistake of ours or
somebody's SQL: hiding it by a silent correction would hide its cause too.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from oslo_log import log
from sqlalchemy import Connection, func, or_, select

from nova_cells.global_api.db.tables.keypairs import keypairs
from nova_cells.global_api.db.tables.quota_limits import owner_counts
from nova_cells.global_api.db.tables.quota_usage import quota_holds, quota_usage
from nova_cells.global_api.db.tables.server_groups import server_groups
from nova_cells.global_api.db.tables.server_index import server_index
from nova_cells.global_api.quota.charge import CHARGED
from nova_cells.global_api.quota.holds import COUNTED, SERVER
from nova_cells.runtime.db import Database

LOG = log.getLogger(__name__)
SETTLE = 2.0  # seconds in which what was under way at the first look is over

_h, _i = quota_holds.c, server_index.c


@dataclass(frozen=True, order=True)
class Difference:
    """Two numbers that should be one. `owner` is a project, "project user", a user or a server."""

    what: str
    owner: str
    resource: str
    counted: int
    found: int

    def __str__(self) -> str:
        return f"{self.what} {self.owner}: {self.resource} {self.counted}, but found {self.found}"


def audit(
    database: Database, *, settle: float = SETTLE, sleep: Callable[[float], object] = time.sleep
) -> list[Difference]:
    """Differences that are there at two looks: one alone may see a change half-way."""
    first = set(database.read(lambda connection: list(_differences(connection))))
    if not first:
        return []
    sleep(settle)
    return sorted(first & set(database.read(lambda connection: list(_differences(connection)))))


def report(database: Database) -> None:
    """Log what an audit finds."""
    for difference in audit(database):
        LOG.error("Quota usage is wrong: %s", difference)


def _differences(connection: Connection) -> Iterator[Difference]:
    yield from _counters(connection)
    yield from _servers(connection)
    yield from _amounts(connection)
    yield from _owners(connection)


def _counters(connection: Connection) -> Iterator[Difference]:
    """Each counter against the sum of its holds."""
    sums: dict[tuple[str, str], Counter[str]] = {}
    amounts = [func.sum(_h[name]).label(name) for name in COUNTED]
    grouped = select(_h.project_id, _h.user_id, *amounts).group_by(_h.project_id, _h.user_id)
    for row in connection.execute(grouped).mappings():
        for user in ("", row["user_id"]):
            total = sums.setdefault((row["project_id"], user), Counter())
            total.update({name: int(row[name]) for name in COUNTED})
    counted = {
        (row["project_id"], row["user_id"]): row
        for row in connection.execute(select(quota_usage)).mappings()
    }
    for key in sorted(sums.keys() | counted.keys()):
        for name in COUNTED:
            used = counted[key][name] if key in counted else 0
            held = sums.get(key, Counter())[name]
            if used != held:
                yield Difference("usage of", " ".join(filter(None, key)), name, used, held)


def _servers(connection: Connection) -> Iterator[Difference]:
    """Each hold has a living server, each living server its hold."""
    living = select(_i.uuid).where(_i.deleted.is_(False))
    held = select(_h.instance_uuid).where(_h.purpose == SERVER)
    for uuid in connection.scalars(held.where(_h.instance_uuid.not_in(living))):
        yield Difference("hold of", uuid, "instances", 1, 0)
    for uuid in connection.scalars(living.where(_i.uuid.not_in(held))):
        yield Difference("hold of", uuid, "instances", 0, 1)


def _amounts(connection: Connection) -> Iterator[Difference]:
    """Each server's own hold against its size."""
    held = [_h[name].label(f"held_{name}") for name in CHARGED]
    query = (
        select(_i.uuid, *[_i[name] for name in CHARGED], *held)
        .join_from(server_index, quota_holds, _h.instance_uuid == _i.uuid)
        .where(
            _h.purpose == SERVER,
            _i.deleted.is_(False),
            or_(*[_i[name] != _h[name] for name in CHARGED]),
        )
        .order_by(_i.uuid)
    )
    for row in connection.execute(query).mappings():
        for name in CHARGED:
            if row[name] != row[f"held_{name}"]:
                yield Difference("hold of", row["uuid"], name, row[f"held_{name}"], row[name])


def _owners(connection: Connection) -> Iterator[Difference]:
    """Key pairs of users, groups of projects and of users in them."""
    keys, groups = keypairs.c, server_groups.c
    found: Counter[tuple[str, str]] = Counter()
    for user, number in connection.execute(
        select(keys.user_id, func.count()).group_by(keys.user_id)
    ):
        found["key_pairs", user] = number
    for project, user, number in connection.execute(
        select(groups.project_id, groups.user_id, func.count()).group_by(
            groups.project_id, groups.user_id
        )
    ):
        for owner in (project, f"{project} {user}"):
            found["server_groups", owner] += number
    counts = owner_counts.c
    counted = {
        (resource, owner): used
        for resource, owner, used in connection.execute(
            select(counts.resource, counts.owner, counts.used)
        )
    }
    for key in sorted(found.keys() | counted.keys()):
        used = counted.get(key, 0)
        if used != found[key]:
            yield Difference("usage of", key[1], key[0], used, found[key])
