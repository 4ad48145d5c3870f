# SPDX-License-Identifier: Apache-2.0
"""Has a server go on in another file of a volume; asked for by a service that keeps it as files.

What the guest had until then is the snapshot. The service has made the new file, and waits to be
told; it may ask while something else is done to the server, so this waits for that.
"""

from __future__ import annotations

from nova_cells.cell.conductor import assisting, volumes
from nova_cells.cell.conductor.outcomes import goes_on, stays_as_it_was
from nova_cells.cell.conductor.seats import HOME
from nova_cells.journal.model import Operation, host_step
from nova_cells.journal.turn import Turn

EVENT = "compute_volume_snapshot_create"


def is_elsewhere(turn: Turn) -> None:
    """Whoever starts the guest from now on has to be told of the new file."""
    arguments = turn.record.arguments
    volumes.is_in_file(turn, arguments["volume"], arguments["file"])


OPERATIONS = (
    Operation(
        "take_volume_snapshot",
        "take_volume_snapshot",
        steps=assisting.around(
            host_step("snapshot_volume", undo="unsnapshot_volume", event=EVENT, at=HOME),
            is_elsewhere,
        ),
        ends=goes_on,
        fails=stays_as_it_was,
        no_return=assisting.NO_RETURN,
        homeless=True,
        waits=True,
    ),
)
