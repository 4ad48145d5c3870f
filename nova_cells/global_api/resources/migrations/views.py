# SPDX-License-Identifier: Apache-2.0
"""GET /os-migrations: read from the index, so the order is the same whatever cells they are of."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import BadRequest, Forbidden
from nova_cells.global_api.index import migrations
from nova_cells.global_api.index.migrations import IndexedMigration, MigrationQuery
from nova_cells.global_api.resources.migrations import answers, policies, presenter, schemas

_EQUAL = ("instance_uuid", "source_compute", "migration_type", "user_id", "project_id")
_TRUE = frozenset({"1", "true", "t", "yes", "y", "on"})


@api_view(
    route_name="migrations",
    policy=policies.INDEX,
    query=schemas.LIST,
    shape=presenter.MIGRATION,
    answer=answers.LIST,
)
def index(_context: Any, request: Any) -> Any:
    hosts = request.may(policies.HOSTS)
    if {"host", "source_compute"} & set(request.query):
        request.enforce(policies.HOSTS)
    found = _found(request)
    limit = _limit(request)
    shown, more = found[:limit], limit is not None and len(found) > limit
    page: dict[str, Any] = {
        "migrations": [
            request.plan.step_back(presenter.migration(each, request, hosts=hosts))
            for each in shown
        ]
    }
    if more and shown:
        page["migrations_links"] = request.next_link("os-migrations", shown[-1].uuid)
    return page


def _found(request: Any) -> list[IndexedMigration]:
    """One more than is shown, where there are pages. None of them is ever hidden."""
    if request.query.get("hidden", "").lower() in _TRUE:
        return []
    query = _query(request)
    found: list[IndexedMigration] = request.side.database.read(lambda c: migrations.page(c, query))
    return found


def _query(request: Any) -> MigrationQuery:
    asked = request.query
    since, before = asked.get("changes-since"), asked.get("changes-before")
    if since is not None and before is not None and since > before:
        raise BadRequest("The value of changes-since must be less than that of changes-before.")
    limit = _limit(request)
    return MigrationQuery(
        equal=_equal(request),
        host=asked.get("host"),
        statuses=[asked["status"]] if "status" in asked else None,
        changed_since=since,
        changed_before=before,
        marker=asked.get("marker"),
        limit=None if limit is None else limit + 1,
    )


def _equal(request: Any) -> tuple[tuple[str, str], ...]:
    wanted = {name: request.query[name] for name in _EQUAL if name in request.query}
    if not request.may(policies.ALL_PROJECTS):
        own = request.caller.project_id or ""
        if wanted.setdefault("project_id", own) != own:
            raise Forbidden(f"Policy doesn't allow {policies.ALL_PROJECTS} to be performed.")
    return tuple(wanted.items())


def _limit(request: Any) -> int | None:
    """Before there were pages there was no limit either."""
    if not request.gate("2.59-migrations-are-paged"):
        return None
    most: int = request.side.conf.api.max_limit
    return min(request.query.get("limit", most), most)
