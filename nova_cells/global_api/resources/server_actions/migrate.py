# SPDX-License-Identifier: Apache-2.0
"""Cold migration: to a host the scheduler finds, or from 2.56 on to a named one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.db.tables.host_index import host_index
from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.server_actions import policies, schemas
from nova_cells.global_api.resources.server_actions.resize import act, may_move
from nova_cells.global_api.resources.servers.lookup import server_of_caller

_h = host_index.c


@api_view(
    route_name="server_action",
    request_method="POST",
    action="migrate",
    policy=policies.MIGRATE,
    on=server_of_caller,
    body=schemas.MIGRATE,
    status=202,
    faults=(403, 409),
)
def migrate(row: IndexRow, request: Any) -> None:
    host = (request.document["migrate"] or {}).get("host")
    if host is not None:
        request.enforce(policies.MIGRATE_TO_HOST, row)
        request.side.database.read(lambda c: _check_host(c, row, host))
    act(request, row, "migrate", {"host": host} if host is not None else {})


def _check_host(connection: Connection, row: IndexRow, host: str) -> None:
    wanted = select(_h.cell_uuid).where(_h.name == host, _h.deleted.is_(False)).limit(1)
    cell = connection.execute(wanted).scalar()
    if cell is None:
        raise BadRequest(f"Compute host {host} could not be found.")
    if cell != row.cell_uuid:
        raise BadRequest(f"Compute host {host} is in another cell than server {row.uuid}.")
    if may_move(row) and host == row.document["host"]:
        raise BadRequest(f"Cannot migrate to the host ({host}) where the server exists.")
