# SPDX-License-Identifier: Apache-2.0
"""The operations of /servers/{id}/migrations: only live ones that are under way are there."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import NotFound
from nova_cells.global_api.index import migrations
from nova_cells.global_api.index.migrations import IndexedMigration, MigrationQuery
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.server_migrations import answers, policies, presenter, schemas
from nova_cells.global_api.resources.servers.lookup import server_of_caller

LIVE = "live-migration"
UNDER_WAY = ("accepted", "queued", "preparing", "running", "post-migrating")


@api_view(
    route_name="server_migrations",
    microversion="2.23-",
    policy=policies.LIST,
    on=server_of_caller,
    shape=presenter.SHAPE,
    answer=answers.LIST,
)
def index(row: IndexRow, request: Any) -> Any:
    hosts = request.may(policies.HOSTS, row)
    wanted = MigrationQuery(
        equal=(("instance_uuid", row.uuid), ("migration_type", LIVE)), statuses=UNDER_WAY
    )
    found = request.side.database.read(lambda c: migrations.page(c, wanted))
    return {"migrations": [presenter.show(each, request, hosts=hosts) for each in found]}


@api_view(
    route_name="server_migration",
    microversion="2.23-",
    policy=policies.SHOW,
    on=server_of_caller,
    shape=presenter.SHAPE,
    answer=answers.SHOW,
)
def show(row: IndexRow, request: Any) -> Any:
    found = _of_path(row, request)
    status = found.document["status"]
    if found.document["migration_type"] != LIVE:
        raise NotFound(f"Migration {found.id} for server {row.uuid} is not live-migration.")
    if status not in UNDER_WAY:
        raise NotFound(f"Live migration {found.id} for server {row.uuid} is not in progress.")
    return {"migration": presenter.show(found, request, hosts=True)}


@api_view(
    route_name="server_migration",
    request_method="DELETE",
    microversion="2.24-",
    policy=policies.ABORT,
    on=server_of_caller,
    status=202,
    faults=(409, 503),
)
def abort(row: IndexRow, request: Any) -> None:
    """From 2.65 on also one that has not begun to move."""
    early = request.gate("2.65-waiting-live-migrations-can-be-aborted")
    _steer(row, request, "abort_live_migration", {"early": early})


@api_view(
    route_name="server_migration_action",
    request_method="POST",
    action="force_complete",
    microversion="2.22-",
    policy=policies.FORCE_COMPLETE,
    on=server_of_caller,
    body=schemas.FORCE_COMPLETE,
    status=202,
    faults=(409, 503),
)
def force_complete(row: IndexRow, request: Any) -> None:
    _steer(row, request, "force_complete_live_migration", {})


def _steer(row: IndexRow, request: Any, kind: str, arguments: dict[str, Any]) -> None:
    """The server's cell has the last word on how far the migration is."""
    arguments["migration"] = _of_path(row, request).uuid
    called = kind.replace("_", " ")
    request.side.commands.act(request.caller, row, kind, arguments, called=called)


def _of_path(row: IndexRow, request: Any) -> IndexedMigration:
    text = request.matchdict["migration_id"]
    number = int(text) if text.isdecimal() and len(text) < 10 else -1
    found = request.side.database.read(lambda c: migrations.by_id(c, row.uuid, number))
    if found is None:
        raise NotFound(f"Migration {text} could not be found for instance {row.uuid}.")
    return found
