# SPDX-License-Identifier: Apache-2.0
"""Has a suspended server go on from where it was."""

from __future__ import annotations

from nova_cells.cell.conductor import outcomes
from nova_cells.cell.conductor.transitions import ACTIVE
from nova_cells.journal.model import Operation, host_step

OPERATIONS = (
    Operation(
        "resume",
        "resume",
        steps=(host_step("resume_machine", event="compute_resume_instance", task="resuming"),),
        ends=outcomes.becomes(ACTIVE, outcomes.RUNNING),
        fails=outcomes.stays_as_it_was,
    ),
)
