# SPDX-License-Identifier: Apache-2.0
"""One look at all that a cell has: what differs from what is known of it, it is told."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.operations import readmission
from nova_cells.global_api.operations.work import Facts, GlobalTask, NotYet, Work

PAGE = 100
_BUSY, _WAITS = 0.5, 5.0


def settle_with_cell(task: GlobalTask) -> Facts:
    """Done when a whole look finds nothing to tell."""
    cell, after, told, waiting = task.subject, "", 0, 0
    while page := task.ask(cell, "heads", after=after, limit=PAGE):
        found = {each.uuid: (each.epoch, each.revision) for each in page if not each.deleted_at}
        rows = _differing(task, cell, found)
        if rows:
            told += len(rows)
            waiting += len(task.ask(cell, "readmit", rows=rows))
        after = page[-1].uuid
    if told:
        raise NotYet(_WAITS if waiting == told else _BUSY)
    return {}


def _differing(
    task: GlobalTask, cell: str, found: dict[str, tuple[int, int]]
) -> list[dict[str, Any]]:
    return task.around.database.write(lambda c: readmission.differing(c, cell, found))


WORKS: dict[str, Work] = {"settle_with_cell": settle_with_cell}
