# SPDX-License-Identifier: Apache-2.0
"""Copies the limits of our own tables to Keystone, where unified limits are read from.

What Keystone already has stays as it is, so doing it again does no harm. Limits of single users
have no counterpart there: they are told, not carried.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from nova_cells.clients.identity import Identity
from nova_cells.global_api.db.tables.quota_limits import quota_limits
from nova_cells.global_api.quota.unified import NAMES
from nova_cells.global_api.resources.quota_sets.limits_store import QuotaLimits
from nova_cells.runtime.db import Database

CREATE, KEEP, LEAVE = "create", "already there", "users have no limits there"

_t = quota_limits.c


@dataclass(frozen=True)
class Change:
    """One limit; `project` is empty for a registered one."""

    project: str
    resource: str
    limit: int
    what: str
    user: str = ""


def plan(
    database: Database, limits: QuotaLimits, identity: Identity, project: str | None = None
) -> list[Change]:
    """What is to be made, and what is not; of one project, or of all."""
    defaults = database.read(limits.defaults)
    own = database.read(lambda connection: _own(connection, project))
    changes = list(_changes("", defaults, identity.registered_limits()))
    for owner in sorted({row[0] for row in own}):
        wanted = {name: limit for at, user, name, limit in own if at == owner and not user}
        changes += _changes(owner, wanted, identity.project_limits(owner))
        changes += [
            Change(owner, NAMES[name], limit, LEAVE, user)
            for at, user, name, limit in own
            if at == owner and user and name in NAMES
        ]
    return changes


def carry_out(changes: list[Change], identity: Identity) -> None:
    """Make what is planned: registered limits first, for Keystone wants them before others."""
    wanted: dict[str, dict[str, int]] = {}
    for change in changes:
        if change.what == CREATE:
            wanted.setdefault(change.project, {})[change.resource] = change.limit
    identity.register_limits(wanted.pop("", {}))
    for project, limits in wanted.items():
        identity.limit_project(project, limits)


def _changes(project: str, wanted: dict[str, int], there: dict[str, int]) -> Iterator[Change]:
    for ours, name in NAMES.items():
        if ours in wanted:
            what = KEEP if name in there else CREATE
            yield Change(project, name, there.get(name, wanted[ours]), what)


def _own(connection: Connection, project: str | None) -> list[tuple[str, str, str, int]]:
    query = select(_t.owner, _t.user_id, _t.resource, _t.hard_limit).where(_t.scope == "project")
    if project is not None:
        query = query.where(_t.owner == project)
    return [tuple(row) for row in connection.execute(query.order_by(*quota_limits.primary_key))]
