# SPDX-License-Identifier: Apache-2.0
"""The other servers of a request: with fewer left than it needs at least, none is built.

A cell that is given a whole request decides this itself, before anything begins. This is for the
rest: requests spread over several cells, and hosts that fail later. A server that runs already is
its user's, and stays.
"""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from nova_cells.global_api.db.tables.build_requests import build_requests as requests_table
from nova_cells.global_api.db.tables.server_index import server_index
from nova_cells.global_api.router import build_requests, endings
from nova_cells.global_api.router.build_requests import ACCEPTED
from nova_cells.objects import RequestSpec

MESSAGE = "No valid host was found."

_i = server_index.c


def call_off_if_too_few(connection: Connection, spec: RequestSpec, moment: int) -> None:
    """One of a request was given up: give up those under way if the rest is of no use."""
    if spec.least <= 1:
        return
    left = spec.wished - _failed(connection, spec)
    if left >= spec.least:
        return
    details = f"There are places for {left} of at least {spec.least} servers."
    for uuid in _under_way(connection, spec):
        request = build_requests.lock(connection, uuid)
        if request is None or request.cancelled:
            continue
        endings.give_up(connection, request, MESSAGE, details, moment)
        endings.promise_cancel(connection, request, moment)


def left_lying(connection: Connection, spec: RequestSpec, moment: int) -> set[str]:
    """Those of a request that no cell has and nobody works on."""
    wanted = requests_table.c
    query = (
        select(wanted.uuid)
        .join(server_index, _i.uuid == wanted.uuid)
        .where(
            _i.project_id == spec.project_id,
            _i.reservation_id == spec.reservation_id,
            wanted.phase != ACCEPTED,
            wanted.cancelled.is_(False),
            wanted.lease_until <= moment,
        )
    )
    return set(connection.scalars(query))


def _failed(connection: Connection, spec: RequestSpec) -> int:
    query = select(func.count()).where(
        _i.project_id == spec.project_id,
        _i.reservation_id == spec.reservation_id,
        _i.vm_state == "error",
        _i.cell_uuid.is_(None),
    )
    return int(connection.execute(query).scalar_one())


def _under_way(connection: Connection, spec: RequestSpec) -> list[str]:
    query = (
        select(_i.uuid)
        .join(requests_table, requests_table.c.uuid == _i.uuid)
        .where(_i.project_id == spec.project_id, _i.reservation_id == spec.reservation_id)
        .order_by(_i.uuid)
    )
    return list(connection.scalars(query))
