# SPDX-License-Identifier: Apache-2.0
"""Brings a server back that was deleted and not reclaimed yet."""

from __future__ import annotations

from nova_cells.cell.conductor import image_making, outcomes
from nova_cells.cell.conductor.transitions import ACTIVE
from nova_cells.journal.model import Operation, host_step
from nova_cells.journal.turn import Turn


def is_back(turn: Turn) -> None:
    """It runs, even if it was shelved when it was deleted."""
    image_making.forget_shelved(turn)
    outcomes.becomes(ACTIVE, outcomes.RUNNING)(turn)


OPERATIONS = (
    Operation(
        "restore",
        "restore",
        steps=(host_step("power_on", event="compute_restore_instance", task="restoring"),),
        ends=is_back,
        fails=outcomes.stays_as_it_was,
    ),
)
