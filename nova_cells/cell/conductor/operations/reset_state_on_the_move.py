# SPDX-License-Identifier: Apache-2.0
"""What `reset_state` is for a server in a live migration: that is called off, not cut off.

Only its own undoing knows on which of two hosts the guest is; nobody else may clear either of them.
"""

from __future__ import annotations

from nova_cells.cell.conductor.operations.reset_state import STATES
from nova_cells.contracts import FaultCode, Refused
from nova_cells.journal.model import Operation, database_step
from nova_cells.journal.progress import may_turn_back, turn_back
from nova_cells.journal.turn import Turn


def set_state(turn: Turn) -> None:
    head, state = turn.subject, turn.record.arguments.get("state")
    if state not in STATES:
        raise Refused(FaultCode.INVALID, f"A server can't be reset to {state!r}.")
    turn.world.steer(turn, head["operation"], _call_off)
    head.set(vm_state=state, task_state=None)


def _call_off(move: Turn) -> None:
    if may_turn_back(move):
        move.record.arguments["cancelled"] = True
        turn_back(move, "The state of the server was reset.", None)


OPERATIONS = (
    Operation(
        "reset_state_on_the_move",
        "reset_state",
        steps=(database_step(set_state, event="api_reset_state"),),
        beside=frozenset({"live_migrate"}),
        homeless=True,
    ),
)
