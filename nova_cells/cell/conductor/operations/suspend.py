# SPDX-License-Identifier: Apache-2.0
"""Puts a running server's memory away on its host's disk."""

from __future__ import annotations

from nova_cells.cell.conductor import outcomes
from nova_cells.cell.conductor.transitions import SUSPENDED
from nova_cells.journal.model import Operation, host_step

OPERATIONS = (
    Operation(
        "suspend",
        "suspend",
        steps=(host_step("suspend_machine", event="compute_suspend_instance", task="suspending"),),
        ends=outcomes.becomes(SUSPENDED, outcomes.SUSPENDED),
        fails=outcomes.stays_as_it_was,
    ),
)
