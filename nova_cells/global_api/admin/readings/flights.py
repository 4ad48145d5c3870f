# SPDX-License-Identifier: Apache-2.0
"""Operations that are open, in cells and between them, and which of them may be stuck.

Cells are asked at once and told apart by whether they answered; a page holds up to `limit` of each
place, and each place has a marker of its own.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from nova_cells.global_api.admin.readings.asking import ask_all, ask_one
from nova_cells.global_api.admin.readings.finding import GLOBAL, cell_of, ordered
from nova_cells.global_api.faults import NotFound
from nova_cells.global_api.operations.kinds import registry
from nova_cells.global_api.router.endings import STORE
from nova_cells.global_api.times import precise
from nova_cells.journal.telling import summary, timeline
from nova_cells.runtime.clock import now

_MOMENTS = ("started_at", "updated_at", "finished_at", "deadline")


def in_flight(
    side: Any, place: str | None, marker: str | None, limit: int, *, late: bool
) -> dict[str, Any]:
    """{"operations", "places"}: of one place (a cell or "global") or of all."""
    names: dict[str, Any] = {"after": marker or "", "limit": limit + 1}
    cells = [] if place == GLOBAL else [cell_of(side, place)] if place else ordered(side)
    found: list[dict[str, Any]] = []
    places: list[dict[str, Any]] = []
    if place in (None, GLOBAL):
        own = side.database.read(lambda c: _own(c, late=late, **names))
        _take(found, places, GLOBAL, own, None, limit)
    for told in ask_all(cells, "in_flight", late=late, **names):
        _take(found, places, told.cell.name, told.answer, told.reason, limit)
    return {"operations": found, "places": places}


def operation(side: Any, place: str, key: str) -> dict[str, Any]:
    """One with its steps as a line in time."""
    if place == GLOBAL:
        name = GLOBAL
        told = side.database.read(lambda c: _timeline(c, key))
        if told is None:
            raise NotFound("There is no such operation.")
    else:
        cell = cell_of(side, place)
        name, told = cell.name, ask_one(cell, "operation", key=key)
    steps = [_readable(step) for step in told["steps"]]
    return {**_shown(told, name), "steps": steps}


def _take(
    found: list[Any], places: list[Any], place: str, told: Any, reason: str | None, limit: int
) -> None:
    shown = [_shown(each, place) for each in (told or [])[:limit]]
    more = shown[-1]["id"] if told is not None and len(told) > limit else None
    found.extend(shown)
    places.append({"place": place, "answered": told is not None, "reason": reason, "next": more})


def _own(connection: Connection, after: str, limit: int, *, late: bool) -> list[dict[str, Any]]:
    records = STORE.in_flight(connection, after, limit, late_at=now() if late else None)
    return [summary(record, registry()) for record in records]


def _timeline(connection: Connection, key: str) -> dict[str, Any] | None:
    record = STORE.get(connection, key)
    if record is None:
        return None
    return timeline(record, STORE.steps_of(connection, key), registry())


def _shown(told: dict[str, Any], place: str) -> dict[str, Any]:
    """In the API's moments, with how much of its time is over."""
    started, deadline = told["started_at"], told["deadline"]
    spent = ((told["finished_at"] or now()) - started) / max(1, deadline - started)
    late = bool(told["open"]) and spent > 0.5
    used = round(min(max(spent, 0.0), 9.99), 3)
    host = told["place"]
    return {**_readable(told), "place": place, "host": host, "time_used": used, "at_risk": late}


def _readable(told: dict[str, Any]) -> dict[str, Any]:
    return {name: precise(told[name]) if name in _MOMENTS else told[name] for name in told}
