# SPDX-License-Identifier: Apache-2.0
"""Events are taken to the cells of their servers, one call a cell, and judged there one by one.

200 means that it is written down; one that fails stops no other. What can't be told now is
answered with 422, on which services tell it again. A server on its way to another cell is in both:
ports are plugged in there before it is that cell's.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from oslo_log import log

from nova_cells.contracts import Outcome
from nova_cells.global_api.cells import CellDirectory
from nova_cells.global_api.index.query import ServerQuery
from nova_cells.global_api.index.server_index import ServerIndex
from nova_cells.global_api.operations import ownership
from nova_cells.runtime.db import Database

LOG = log.getLogger(__name__)

Event = dict[str, Any]
Numbered = list[tuple[int, Event]]

OK, UNKNOWN, NOT_READY = 200, 404, 422
UNTOLD = 0
"""Nobody there has heard it: answered as NOT_READY."""
AT_ONCE = 16
"""Cells asked at the same time for one request."""


def take(
    database: Database, index: ServerIndex, cells: CellDirectory, events: list[Event]
) -> list[Event]:
    """The events as they are answered."""
    named = [{**event, "server_uuid": event["server_uuid"].lower()} for event in events]
    uuids = sorted({event["server_uuid"] for event in named})
    coming = database.read(lambda c: ownership.on_their_way(c, uuids))
    codes, asked = _sorted(index, named, uuids, coming)
    for numbers, answers in zip(asked.values(), _told(cells, asked.items()), strict=True):
        for (number, _), code in zip(numbers, answers, strict=True):
            codes[number] = code if number not in codes else _of_both(codes[number], code)
    return [_answered(event, codes[number]) for number, event in enumerate(events)]


def _of_both(one: int, other: int) -> int:
    """What could not be told to one of them is told again."""
    return next(code for code in (UNTOLD, OK, one) if code in (one, other))


def all_fine(answered: list[Event]) -> bool:
    return all(event["code"] == OK for event in answered)


def _sorted(
    index: ServerIndex, events: list[Event], uuids: list[str], coming: dict[str, list[str]]
) -> tuple[dict[int, int], dict[str, Numbered]]:
    """Codes of those nobody has to be asked about; the others by cell."""
    found = {row.uuid: row for row in index.list(ServerQuery(uuids=tuple(uuids)))}
    codes: dict[int, int] = {}
    asked: dict[str, Numbered] = {}
    for number, event in enumerate(events):
        row = found.get(event["server_uuid"])
        if row is None:
            codes[number] = UNKNOWN
        elif row.cell_uuid is None:
            codes[number] = NOT_READY
        else:
            for cell in dict.fromkeys((row.cell_uuid, *coming.get(row.uuid, ()))):
                asked.setdefault(cell, []).append((number, event))
    return codes, asked


def _told(cells: CellDirectory, asked: Iterable[tuple[str, Numbered]]) -> list[list[int]]:
    """What each cell says, in the order they are given in."""
    every = list(asked)
    if len(every) <= 1:
        return [_tell(cells, cell, events) for cell, events in every]
    with ThreadPoolExecutor(min(len(every), AT_ONCE), thread_name_prefix="events") as pool:
        return list(pool.map(lambda each: _tell(cells, *each), every))


def _tell(cells: CellDirectory, cell_uuid: str, numbered: Numbered) -> list[int]:
    cell = cells.get(cell_uuid)
    events = [{**event, "status": _status(event)} for _number, event in numbered]
    try:
        if cell is not None:
            codes: list[int] = cell.call("external_events", events=events)
            return codes
        reason: Any = "it is not known here"
    except Outcome as outcome:
        reason = outcome
    LOG.warning("%s events were not told to cell %s: %s", len(events), cell_uuid, reason)
    return [UNTOLD] * len(events)


def _status(event: Event) -> str:
    return str(event.get("status", "completed"))


def _answered(event: Event, code: int) -> Event:
    code = NOT_READY if code == UNTOLD else code
    LOG.info(
        "Event %s (%s) of server %s, tag %s: %s",
        event["name"],
        _status(event),
        event["server_uuid"],
        event.get("tag"),
        code,
    )
    return {**event, "status": _status(event) if code == OK else "failed", "code": code}
