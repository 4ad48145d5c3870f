# SPDX-License-Identifier: Apache-2.0
"""Shelve, offload and unshelve: a server that holds no host for a while.

Its image belongs to it, not to a user: it goes when the server is unshelved or deleted.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, select

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.db.tables.host_index import host_index
from nova_cells.global_api.faults import BadRequest, Conflict, NoValidHost
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.operations.engine import GlobalOperations
from nova_cells.global_api.resources.server_actions import images, policies, schemas
from nova_cells.global_api.resources.servers.lookup import server_of_caller

_h = host_index.c
OFFLOADED = "shelved_offloaded"


@api_view(
    route_name="server_action",
    request_method="POST",
    action="shelve",
    policy=policies.SHELVE,
    on=server_of_caller,
    faults=images.FAULTS,
    status=202,
)
def shelve(row: IndexRow, request: Any) -> None:
    if not row.document["image_id"]:
        images.act(request, row, "shelve", {})
        return
    name = f"{row.document['name']}-shelved"[:255]
    image = images.new_image(request, row, name, "snapshot", {})
    images.make(request, row, "shelve", image, {})


@api_view(
    route_name="server_action",
    request_method="POST",
    action="shelveOffload",
    policy=policies.SHELVE_OFFLOAD,
    on=server_of_caller,
    faults=(409, 503),
    status=202,
)
def shelve_offload(row: IndexRow, request: Any) -> None:
    images.act(request, row, "shelve_offload", {})


@api_view(
    route_name="server_action",
    request_method="POST",
    action="unshelve",
    policy=policies.UNSHELVE,
    on=server_of_caller,
    body=schemas.UNSHELVE,
    faults=images.FAULTS,
    status=202,
)
def unshelve(row: IndexRow, request: Any) -> None:
    """A zone it is pinned to from now on (null: to none), a host for this once."""
    wanted = request.document["unshelve"] or {}
    zone, host = wanted.get("availability_zone"), wanted.get("host")
    if host is not None:
        request.enforce(policies.UNSHELVE_TO_HOST, row)
    database = request.side.database
    database.read(lambda c: _check_place(c, row, zone, host, _default_zone(request)))
    if row.document["vm_state"] == OFFLOADED and database.read(
        lambda c: _is_elsewhere(c, row, zone, host, _default_zone(request))
    ):
        _in_another_cell(request, row, wanted)
        return
    try:
        images.act(request, row, "unshelve", dict(wanted))
    except NoValidHost as full:
        raise Conflict(full.message) from full


def _in_another_cell(request: Any, row: IndexRow, wanted: dict[str, Any]) -> None:
    """It is brought there first: with no host it is nothing but what cells know of it."""
    request.side.commands.check(row, "unshelve")
    host = wanted.get("host")
    known = request.side.database.read(lambda c: _found(c, _h.name == host)) if host else None
    GlobalOperations(request.side.database, timeout=request.side.conf.router.move_timeout).move(
        row.uuid,
        to=known.cell_uuid if known is not None else None,
        then={"kind": "unshelve", "arguments": dict(wanted)},
        asked=request.caller,
    )


def _is_elsewhere(
    connection: Connection, row: IndexRow, zone: str | None, host: str | None, default: str
) -> bool:
    """Whether what is named is in other cells only."""
    mine = _h.cell_uuid == row.cell_uuid
    if host is not None:
        return _found(connection, and_(_h.name == host, mine)) is None
    return zone not in (None, default) and _found(connection, and_(_h.zone == zone, mine)) is None


def _default_zone(request: Any) -> str:
    return str(request.side.conf.router.default_availability_zone)


def _check_place(
    connection: Connection, row: IndexRow, zone: str | None, host: str | None, default: str
) -> None:
    if zone not in (None, default) and not _found(connection, _h.zone == zone):
        raise BadRequest(f"The requested availability zone is not available: {zone}")
    if host is None:
        return
    known = _found(connection, _h.name == host)
    if known is None:
        raise BadRequest(f"Compute host {host} could not be found.")
    if zone is not None and known.zone != zone:
        raise Conflict(f'Host "{host}" is not in the availability zone "{zone}".')
    if known.cell_uuid != row.cell_uuid and row.document["vm_state"] != OFFLOADED:
        raise Conflict(f'Host "{host}" is in another cell than server {row.uuid}.')


def _found(connection: Connection, condition: Any) -> Any:
    wanted = select(_h.cell_uuid, _h.zone).where(condition, _h.deleted.is_(False)).limit(1)
    return connection.execute(wanted).first()
