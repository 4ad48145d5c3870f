# SPDX-License-Identifier: Apache-2.0
"""Why a server is where it is, and why not elsewhere.

What was kept when it was placed (refusals of cells, the trail of the host that was found), and what
each cell would say to the same wish now, if it were made a second time.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from nova_cells.global_api.admin.readings.asking import Told, ask_all, ask_one
from nova_cells.global_api.admin.readings.finding import ordered
from nova_cells.global_api.db.tables.build_requests import build_requests
from nova_cells.global_api.db.tables.mappings import instance_mappings
from nova_cells.global_api.faults import ApiFault, NotFound
from nova_cells.global_api.router.capacity import Ask
from nova_cells.global_api.router.endings import refusals_kept
from nova_cells.global_api.times import precise
from nova_cells.objects import RequestSpec

_m, _b = instance_mappings.c, build_requests.c


def of_server(side: Any, uuid: str) -> dict[str, Any]:
    """The whole story of one server."""
    mapping, request, attempts = side.database.read(lambda c: _rows(c, uuid))
    row = side.index.get(uuid)
    if mapping is None or row is None:
        raise NotFound(f"There is no server {uuid[:64]!r}.")
    cell = side.cells.get(mapping.cell_uuid)
    spec = _wish(side, uuid, cell, request)
    fault = row.document.get("fault") or {}
    return {
        "server": uuid,
        "cell": cell.name if cell is not None else None,
        "epoch": mapping.epoch,
        "host": row.document.get("host"),
        "decided": _decided(cell, uuid),
        "fault": fault.get("details") or fault.get("message"),
        "refusals": _refusals(side, attempts),
        "wish_known": spec is not None,
        "cells": _now(side, spec) if spec is not None else [],
    }


def _rows(connection: Connection, uuid: str) -> tuple[Any, Any, list[dict[str, Any]]]:
    mapping = connection.execute(select(_m.cell_uuid, _m.epoch).where(_m.uuid == uuid)).first()
    request = connection.execute(select(_b.spec, _b.attempts).where(_b.uuid == uuid)).first()
    kept = refusals_kept(connection, uuid) if request is None else request.attempts
    return mapping, request, kept


def _wish(side: Any, uuid: str, cell: Any, request: Any) -> RequestSpec | None:
    """From the request while there is one, then from its cell."""
    if request is not None:
        spec: RequestSpec = RequestSpec.from_document(request.spec["document"])
        return spec
    if cell is None:
        return None
    try:
        wished: RequestSpec = ask_one(cell, "wish", uuid=uuid)
    except ApiFault:
        return None
    return wished


def _decided(cell: Any, uuid: str) -> dict[str, Any] | None:
    """How its host was found, if its cell says so."""
    if cell is None:
        return None
    try:
        told = ask_one(cell, "why", uuid=uuid)
    except ApiFault:
        return None
    if told["host"] is None:
        return None
    return {
        "host": told["host"],
        "decided_at": precise(told["decided_at"]),
        "trail": _trail(told["trail"]),
    }


def _refusals(side: Any, attempts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What cells said that were asked before."""
    return [
        {
            "cell": cell.name if (cell := side.cells.get(each["cell"])) else each["cell"],
            "code": each["code"],
            "message": each["message"],
            "trail": _trail(each["trail"] or []),
        }
        for each in attempts
    ]


def _now(side: Any, spec: RequestSpec) -> list[dict[str, Any]]:
    ask = Ask.of(spec)
    return [_cell(told, ask) for told in ask_all(ordered(side), "explain", request=spec)]


def _cell(told: Told, ask: Ask) -> dict[str, Any]:
    cell, answer = told.cell, told.answer or {}
    zones = cell.row.rules.zones
    return {
        "cell": cell.name,
        "state": cell.row.state,
        "takes_servers": cell.row.enabled,
        "serves_zone": ask.zone is None or not zones or ask.zone in zones,
        "places": max(0, cell.capacity.places(ask)),
        "answered": told.answer is not None,
        "reason": told.reason or answer.get("message"),
        "hosts": answer.get("hosts"),
        "hosts_left": answer.get("left"),
        "trail": _trail(answer.get("trail", [])),
    }


def _trail(trail: list[Any]) -> list[dict[str, Any]]:
    return [{"filter": name, "hosts_left": left} for name, left in trail]
