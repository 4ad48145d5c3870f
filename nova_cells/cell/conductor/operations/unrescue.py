# SPDX-License-Identifier: Apache-2.0
"""Ends a rescue: the server runs from its own disk again."""

from __future__ import annotations

from nova_cells.cell.conductor import outcomes
from nova_cells.cell.conductor.transitions import ACTIVE
from nova_cells.journal.model import Operation, host_step

OPERATIONS = (
    Operation(
        "unrescue",
        "unrescue",
        steps=(
            host_step("unrescue_machine", event="compute_unrescue_instance", task="unrescuing"),
        ),
        ends=outcomes.becomes(ACTIVE, outcomes.RUNNING),
        fails=outcomes.stays_as_it_was,
    ),
)
