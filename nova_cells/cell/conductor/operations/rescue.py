# SPDX-License-Identifier: Apache-2.0
"""Starts a server from another image, its own disk beside it; a failure takes it back."""

from __future__ import annotations

from nova_cells.cell.conductor import outcomes
from nova_cells.cell.conductor.transitions import ACTIVE, RESCUED
from nova_cells.journal.model import Operation, database_step, host_step
from nova_cells.journal.turn import Turn


def remember_power(turn: Turn) -> None:
    """How the undo has to leave it."""
    turn.record.arguments["power"] = turn.subject["vm_state"] == ACTIVE


OPERATIONS = (
    Operation(
        "rescue",
        "rescue",
        steps=(
            database_step(remember_power),
            host_step(
                "rescue_machine",
                undo="unrescue_machine",
                event="compute_rescue_instance",
                task="rescuing",
            ),
        ),
        ends=outcomes.becomes(RESCUED, outcomes.RUNNING),
        fails=outcomes.stays_as_it_was,
    ),
)
