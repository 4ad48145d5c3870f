# SPDX-License-Identifier: Apache-2.0
"""Makes an image of a server, which goes on as it was."""

from __future__ import annotations

from nova_cells.cell.conductor import image_making, outcomes
from nova_cells.journal.model import Operation
from nova_cells.journal.turn import Turn

EVENT = "compute_snapshot_instance"


def is_taken(turn: Turn) -> None:
    image_making.is_there(turn)
    outcomes.goes_on(turn)


OPERATIONS = (
    Operation(
        "snapshot",
        "createImage",
        steps=(
            image_making.taking(),
            *image_making.steps(EVENT, copying="image_snapshot", uploading="image_uploading"),
        ),
        ends=is_taken,
        fails=outcomes.stays_as_it_was,
        lengthy=True,
    ),
)
