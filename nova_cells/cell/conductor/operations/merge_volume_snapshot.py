# SPDX-License-Identifier: Apache-2.0
"""Merges files of a volume that a server has, so that its service can delete a snapshot.

The guest sees nothing of it. What was merged stays merged, so there is nothing to take back.
"""

from __future__ import annotations

from nova_cells.cell.conductor import assisting
from nova_cells.cell.conductor.outcomes import goes_on, stays_as_it_was
from nova_cells.cell.conductor.seats import HOME
from nova_cells.journal.model import Operation, host_step
from nova_cells.journal.turn import Turn

EVENT = "compute_volume_snapshot_delete"


def is_merged(turn: Turn) -> None:
    """The service is told by the last step."""


OPERATIONS = (
    Operation(
        "merge_volume_snapshot",
        "merge_volume_snapshot",
        steps=assisting.around(host_step("merge_volume", event=EVENT, at=HOME), is_merged),
        ends=goes_on,
        fails=stays_as_it_was,
        no_return=assisting.NO_RETURN,
        homeless=True,
        lengthy=True,
        waits=True,
    ),
)
