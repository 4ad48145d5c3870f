# SPDX-License-Identifier: Apache-2.0
"""An administrator says what a server is; whatever was being done to it is given up.

No host is asked: what the guest really does is noticed as ever.
"""

from __future__ import annotations

from nova_cells.cell.conductor.operations.delete import EVERYTHING
from nova_cells.cell.conductor.transitions import ACTIVE, ERROR
from nova_cells.contracts import FaultCode, Refused
from nova_cells.journal.model import Operation, database_step
from nova_cells.journal.turn import Turn

STATES = frozenset({ACTIVE, ERROR})


def set_state(turn: Turn) -> None:
    state = turn.record.arguments.get("state")
    if state not in STATES:
        raise Refused(FaultCode.INVALID, f"A server can't be reset to {state!r}.")
    turn.subject.set(vm_state=state, task_state=None)


OPERATIONS = (
    Operation(
        "reset_state",
        "reset_state",
        steps=(database_step(set_state, event="api_reset_state"),),
        owes=True,
        preempts=EVERYTHING - {"build"},
    ),
)
