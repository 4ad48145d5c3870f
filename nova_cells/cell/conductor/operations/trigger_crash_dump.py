# SPDX-License-Identifier: Apache-2.0
"""Asks a server to dump its memory. Nothing shows but the action: the rest is the guest's."""

from __future__ import annotations

from nova_cells.cell.conductor import outcomes
from nova_cells.journal.model import Operation, host_step

OPERATIONS = (
    Operation(
        "trigger_crash_dump",
        "trigger_crash_dump",
        steps=(host_step("trigger_crash_dump", event="compute_trigger_crash_dump"),),
        ends=outcomes.goes_on,
        fails=outcomes.stays_as_it_was,
    ),
)
