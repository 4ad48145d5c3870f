# SPDX-License-Identifier: Apache-2.0
"""Switches a server off that its owner has deleted, and keeps it for the time it can be restored.

A host that is down owes the switching off. What was being done to the server is given up, and
what a move left is cleared away; one in a live migration is not begun with before that is over.
"""

from __future__ import annotations

from nova_cells.cell.conductor import move_endings, outcomes, ports, seats, volumes
from nova_cells.cell.conductor.operations.delete import EVERYTHING, SWITCHES_DISKS
from nova_cells.cell.conductor.transitions import SOFT_DELETED
from nova_cells.journal.model import Operation, database_step, host_step, service_step

EVENT, TASK = "compute_soft_delete_instance", "soft-deleting"

OPERATIONS = (
    Operation(
        "soft_delete",
        "delete",
        steps=(
            database_step(move_endings.clear_away),
            host_step("destroy_machine", at=seats.OTHER, event=EVENT, task=TASK),
            host_step("settle_size", at=move_endings.HERE, event=EVENT, task=TASK),
            service_step("return_ports", event=EVENT, task=TASK, when=ports.may_have_moved),
            service_step("settle_attachments", event=EVENT, task=TASK, when=volumes.may_have_moved),
            database_step(move_endings.is_cleared),
            host_step("power_off", at=seats.HOME, event=EVENT, task=TASK),
        ),
        ends=outcomes.becomes(SOFT_DELETED, outcomes.SHUT_DOWN),
        fails=outcomes.stays_as_it_was,
        patient=True,
        owes=True,
        preempts=EVERYTHING - SWITCHES_DISKS - {"build", "live_migrate", "soft_delete"},
    ),
)
