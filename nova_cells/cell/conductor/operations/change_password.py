# SPDX-License-Identifier: Apache-2.0
"""Sets the administrator's password inside a running server; the database keeps it no longer."""

from __future__ import annotations

from nova_cells.cell.conductor import outcomes
from nova_cells.journal.model import Operation, host_step

OPERATIONS = (
    Operation(
        "change_password",
        "changePassword",
        steps=(
            host_step("set_password", event="compute_set_admin_password", task="updating_password"),
        ),
        ends=outcomes.goes_on,
        fails=outcomes.stays_as_it_was,
    ),
)
