# SPDX-License-Identifier: Apache-2.0
"""Asks many cells at once; who does not answer in time is named, and nobody waits for longer."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

from nova_cells.contracts import Refused, Unknown
from nova_cells.global_api.faults import CellUnavailable, NotFound
from nova_cells.global_api.router.cell_handle import CellHandle, NotAsked

PATIENCE = 3.0
_POOL = ThreadPoolExecutor(16, thread_name_prefix="admin")


@dataclass(frozen=True)
class Told:
    """What one cell said; without an answer `reason` says why."""

    cell: CellHandle
    answer: Any = None
    reason: str | None = None
    refusal: Refused | None = None


def ask_all(
    cells: Collection[CellHandle], method: str, *, patience: float = PATIENCE, **arguments: Any
) -> list[Told]:
    """The same question to all, in the order of `cells`."""
    asked = [(c, _POOL.submit(_ask, c, method, patience, arguments)) for c in cells]
    wait([future for _cell, future in asked], timeout=patience + 0.5)
    return [_told(cell, future) for cell, future in asked]


def ask_one(cell: CellHandle, method: str, **arguments: Any) -> Any:
    """One cell; raises NotFound or CellUnavailable in words fit for the caller."""
    told = _ask(cell, method, PATIENCE, arguments)
    if told.refusal is not None:
        raise NotFound(told.refusal.message) from told.refusal
    if told.reason is not None:
        raise CellUnavailable(f"Cell {cell.name} does not answer.")
    return told.answer


def _told(cell: CellHandle, future: Future[Told]) -> Told:
    if future.done():
        return future.result()
    future.cancel()
    return Told(cell, reason="no answer in time")


def _ask(cell: CellHandle, method: str, patience: float, arguments: dict[str, Any]) -> Told:
    try:
        return Told(cell, cell.call(method, deadline=patience, **arguments))
    except Refused as refusal:
        return Told(cell, reason=refusal.message, refusal=refusal)
    except NotAsked:
        return Told(cell, reason="not asked: it does not answer or is not believed")
    except Unknown:
        return Told(cell, reason="no answer")
