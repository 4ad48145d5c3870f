# SPDX-License-Identifier: Apache-2.0
"""How a server that is another cell's now is shown here, and what is given back with it.

Its ports and volumes are where it is: their services are not asked.
"""

from __future__ import annotations

from nova_cells.cell.conductor import volumes
from nova_cells.cell.conductor.transitions import DEPARTED
from nova_cells.cell.db import instances, tombstones
from nova_cells.journal.turn import Turn


def depart(turn: Turn) -> None:
    """Whatever is still meant for it here is refused as stale; `epoch` is the one it has now."""
    head, now = turn.subject, turn.now
    tombstones.put(turn.connection, head.uuid, turn.record.epoch, now)
    head.set(
        vm_state=DEPARTED,
        task_state=None,
        power_state=0,
        epoch=turn.record.arguments["epoch"],
        deleted_at=now,
        terminated_at=now,
    )


def give_back(turn: Turn) -> None:
    """Its place, its addresses, and what this cell knew of it."""
    turn.world.placement.release(turn)
    turn.world.addressing.free(turn)
    if volumes.are_there(turn):
        volumes.are_gone(turn)
        turn.subject.set(volumes=[])
    instances.remove_spec(turn.connection, turn.record.subject)
