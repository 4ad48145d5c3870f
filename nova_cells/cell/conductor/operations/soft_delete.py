# SPDX-License-Identifier: Apache-2.0
"""Switches a server off that its owner has deleted, and keeps it for the time it can be restored.

A host that is down owes the switching off. What was being done to the server is given up.
"""

from __future__ import annotations

from nova_cells.cell.conductor import outcomes
from nova_cells.cell.conductor.operations.delete import EVERYTHING
from nova_cells.cell.conductor.transitions import SOFT_DELETED
from nova_cells.journal.model import Operation, host_step

OPERATIONS = (
    Operation(
        "soft_delete",
        "delete",
        steps=(host_step("power_off", event="compute_soft_delete_instance", task="soft-deleting"),),
        ends=outcomes.becomes(SOFT_DELETED, outcomes.SHUT_DOWN),
        fails=outcomes.stays_as_it_was,
        patient=True,
        owes=True,
        preempts=EVERYTHING - {"build", "soft_delete"},
    ),
)
