# SPDX-License-Identifier: Apache-2.0
"""Holds a running server still; its memory stays on the host."""

from __future__ import annotations

from nova_cells.cell.conductor import outcomes
from nova_cells.cell.conductor.transitions import PAUSED
from nova_cells.journal.model import Operation, host_step

OPERATIONS = (
    Operation(
        "pause",
        "pause",
        steps=(host_step("pause_machine", event="compute_pause_instance", task="pausing"),),
        ends=outcomes.becomes(PAUSED, outcomes.PAUSED),
        fails=outcomes.stays_as_it_was,
    ),
)
