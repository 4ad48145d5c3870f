# SPDX-License-Identifier: Apache-2.0
"""One look at a cell that is to be emptied: what is ready to go is sent on its way."""

from __future__ import annotations

from nova_cells.global_api.faults import ApiFault
from nova_cells.global_api.operations import draining
from nova_cells.global_api.operations.draining import Standing
from nova_cells.global_api.operations.work import Facts, GlobalTask, NotYet, Work, WorkRefused

_BUSY, _IDLE = 0.5, 5.0


def empty_cell(task: GlobalTask) -> Facts:
    """Done when nothing is left."""
    around, cell = task.around, task.subject
    now = around.clock()
    wanted, found = around.database.read(
        lambda c: (
            draining.is_wanted(c, cell, evacuates=_evacuates(task)),
            draining.standing(c, cell, now),
        )
    )
    if not found.left:
        return {}
    if not wanted:
        raise WorkRefused("The cell is not to be emptied any more.")
    if not task.arguments.get(draining.PAUSED):
        _send_on(task, found)
    raise NotYet(_BUSY if found.moving or found.ready else _IDLE)


def _send_on(task: GlobalTask, found: Standing) -> None:
    places = max(task.around.parallel - len(found.moving), 0)
    around = task.around
    begin = around.begin_evacuation if _evacuates(task) else around.begin_move
    for uuid in found.ready:
        if not places:
            return
        try:
            begin(uuid)
        except ApiFault:
            continue  # gone meanwhile, being built, or on its way already: the next look tells
        places -= 1


def _evacuates(task: GlobalTask) -> bool:
    return bool(task.arguments.get(draining.EVACUATES))


WORKS: dict[str, Work] = {"empty_cell": empty_cell}
