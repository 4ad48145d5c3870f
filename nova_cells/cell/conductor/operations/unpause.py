# SPDX-License-Identifier: Apache-2.0
"""Lets a paused server go on."""

from __future__ import annotations

from nova_cells.cell.conductor import outcomes
from nova_cells.cell.conductor.transitions import ACTIVE
from nova_cells.journal.model import Operation, host_step

OPERATIONS = (
    Operation(
        "unpause",
        "unpause",
        steps=(host_step("unpause_machine", event="compute_unpause_instance", task="unpausing"),),
        ends=outcomes.becomes(ACTIVE, outcomes.RUNNING),
        fails=outcomes.stays_as_it_was,
    ),
)
