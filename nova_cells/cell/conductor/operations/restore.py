# SPDX-License-Identifier: Apache-2.0
"""Brings a server back that was deleted and not reclaimed yet."""

from __future__ import annotations

from nova_cells.cell.conductor import outcomes
from nova_cells.cell.conductor.transitions import ACTIVE
from nova_cells.journal.model import Operation, host_step

OPERATIONS = (
    Operation(
        "restore",
        "restore",
        steps=(host_step("power_on", event="compute_restore_instance", task="restoring"),),
        ends=outcomes.becomes(ACTIVE, outcomes.RUNNING),
        fails=outcomes.stays_as_it_was,
    ),
)
