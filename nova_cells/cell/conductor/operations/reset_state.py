# SPDX-License-Identifier: Apache-2.0
"""An administrator says what a server is; whatever was being done to it is given up.

The host it is on is not asked: what the guest really does is noticed as ever. What a move or a
resize left is cleared away.
"""

from __future__ import annotations

from nova_cells.cell.conductor import move_endings, ports, seats, volumes
from nova_cells.cell.conductor.operations.delete import EVERYTHING, SWITCHES_DISKS
from nova_cells.cell.conductor.transitions import ACTIVE, ERROR
from nova_cells.contracts import FaultCode, Refused
from nova_cells.journal.model import Operation, database_step, host_step, service_step
from nova_cells.journal.turn import Turn

STATES = frozenset({ACTIVE, ERROR})


def check_state(turn: Turn) -> None:
    state = turn.record.arguments.get("state")
    if state not in STATES:
        raise Refused(FaultCode.INVALID, f"A server can't be reset to {state!r}.")
    if state == ACTIVE and turn.subject["host"] is None:
        raise Refused(
            FaultCode.CONFLICT,
            f"Instance {turn.subject.uuid} is on no host and can't be active there: unshelve it.",
        )
    move_endings.clear_away(turn)


def set_state(turn: Turn) -> None:
    turn.subject.set(vm_state=turn.record.arguments["state"], task_state=None)


OPERATIONS = (
    Operation(
        "reset_state",
        "reset_state",
        steps=(
            database_step(check_state),
            host_step("destroy_machine", at=seats.OTHER),
            host_step("settle_size", at=move_endings.HERE),
            service_step("return_ports", when=ports.may_have_moved),
            service_step("settle_attachments", when=volumes.may_have_moved),
            database_step(move_endings.is_cleared),
            database_step(set_state, event="api_reset_state"),
        ),
        owes=True,
        preempts=EVERYTHING - SWITCHES_DISKS - {"build", "live_migrate"},
        instead={"live_migrate": "reset_state_on_the_move"},
    ),
)
