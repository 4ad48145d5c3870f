# SPDX-License-Identifier: Apache-2.0
"""Lets go of a server that is another cell's, or was deleted, while this cell was not believed.

Whatever was being done to it here ends. Ports and volumes are where the server is: their services
are not asked. What a host that is down has of it becomes its debt.
"""

from __future__ import annotations

from nova_cells.cell.conductor import migrations, seats, volumes
from nova_cells.cell.conductor.operations import delete
from nova_cells.cell.conductor.transitions import DEPARTED
from nova_cells.cell.db import instances, tombstones
from nova_cells.journal.model import Operation, database_step, host_step
from nova_cells.journal.turn import Turn


def is_anothers(turn: Turn) -> None:
    """Whatever is still meant for it here is refused as stale; `epoch` is the one it has now."""
    head, now = turn.subject, turn.now
    seats.take_all(turn)
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
    turn.world.placement.release(turn)
    turn.world.addressing.free(turn)
    if volumes.are_there(turn):
        volumes.are_gone(turn)
        turn.subject.set(volumes=[])
    migrations.close_all(turn)
    instances.remove_spec(turn.connection, turn.record.subject)


OPERATIONS = (
    Operation(
        "disown",
        "delete",
        steps=(
            database_step(is_anothers),
            host_step("destroy_machine", at=seats.OTHER, owes=True),
            host_step("destroy_machine", at=seats.HOME, owes=True),
            database_step(give_back),
        ),
        no_return=1,
        patient=True,
        homeless=True,
        endless=True,
        preempts=delete.EVERYTHING | {"delete", "depart"},
    ),
)
