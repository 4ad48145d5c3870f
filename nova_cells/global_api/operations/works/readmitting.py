# SPDX-License-Identifier: Apache-2.0
"""One look at all that a cell has: what differs from what is known of it, it is told."""

from __future__ import annotations

import logging
from typing import Any

from nova_cells.global_api.operations import readmission
from nova_cells.global_api.operations.work import Facts, GlobalTask, NotYet, Work

PAGE = 100
LOG = logging.getLogger(__name__)
OWNED, CALLED_OFF = "owned", "called_off"
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
    if _end_arrivals(task, cell):
        raise NotYet(_BUSY)
    return {}


def _end_arrivals(task: GlobalTask, cell: str) -> int:
    """Rows that no list of the cell has, because it still waits to be told whose they are.

    One that had not come yet when the copy was made is left as it is, though it is here: to make
    anything of it now would cost its guest. `index verify` names it as missing.
    """
    told = 0
    for each in task.around.database.read(lambda c: readmission.arrivals(c, cell)):
        passage = task.ask(cell, "passage", uuid=each.uuid, key=each.key)
        if passage.state != "open":
            continue
        if each.stays and passage.stage != "runs":
            LOG.warning("cell %s has forgotten that %s has arrived there", cell, each.uuid)
            continue
        word = OWNED if each.stays else CALLED_OFF
        named = {"uuid": each.uuid, "key": each.key, "epoch": each.epoch}
        task.ask(cell, "tell", word=word, said="yes", **named)
        told += 1
    return told


def _differing(
    task: GlobalTask, cell: str, found: dict[str, tuple[int, int]]
) -> list[dict[str, Any]]:
    return task.around.database.write(lambda c: readmission.differing(c, cell, found))


WORKS: dict[str, Work] = {"settle_with_cell": settle_with_cell}
