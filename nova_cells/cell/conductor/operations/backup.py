# SPDX-License-Identifier: Apache-2.0
"""Makes an image of a server and keeps the newest few of its kind; of none at all, it makes none.

The old ones go when the server is free again: a slow image service keeps nobody waiting.
"""

from __future__ import annotations

from nova_cells.cell.conductor import image_making, outcomes
from nova_cells.cell.db import image_chores
from nova_cells.journal.model import Operation
from nova_cells.journal.turn import Turn

EVENT = "compute_backup_instance"


def is_taken(turn: Turn) -> None:
    image_making.is_there(turn)
    outcomes.goes_on(turn)
    told = {
        "owner": turn.record.project_id,
        "instance": turn.subject.uuid,
        "backup_type": turn.record.arguments.get("backup_type", ""),
        "keep": turn.record.arguments.get("rotation", 0),
    }
    image_chores.rotate(turn.connection, told, turn.now)
    turn.notes.after.append(turn.world.image_work)


OPERATIONS = (
    Operation(
        "backup",
        "createBackup",
        steps=(
            image_making.taking(),
            *image_making.steps(EVENT, copying="image_backup", uploading="image_uploading"),
        ),
        ends=is_taken,
        fails=outcomes.stays_as_it_was,
        lengthy=True,
    ),
)
