# SPDX-License-Identifier: Apache-2.0
"""Where the index and one cell do not agree, looked for when asked and never repaired from here.

One look at a time in a process: each makes the cell add up all it has.
"""

from __future__ import annotations

import threading
from typing import Any

from nova_cells.contracts import Outcome
from nova_cells.global_api.admin.readings.finding import cell_of
from nova_cells.global_api.faults import CellUnavailable, Conflict
from nova_cells.global_api.index.check import IndexCheck

MOST = 1000
_one_look = threading.Lock()


def of_cell(side: Any, key: str) -> dict[str, Any]:
    """The differences that last."""
    cell = cell_of(side, key)
    if not _one_look.acquire(blocking=False):
        raise Conflict("Another comparison is under way; ask again in a moment.")
    try:
        found = IndexCheck(side.database).differences(cell)
    except Outcome as outcome:
        raise CellUnavailable(f"Cell {cell.name} does not answer.") from outcome
    finally:
        _one_look.release()
    shown = [{"server": d.uuid, "project_id": d.project_id, "kind": d.kind} for d in found[:MOST]]
    return {"cell": cell.name, "number": len(found), "differences": shown}
