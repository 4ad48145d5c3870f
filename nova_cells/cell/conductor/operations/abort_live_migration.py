# SPDX-License-Identifier: Apache-2.0
"""Calls a live migration off: its operation is turned back, and its undoing ends what runs.

It holds nothing itself and is over at once; the undoing is as durable as the move was.
"""

from __future__ import annotations

from nova_cells.cell.conductor import steering
from nova_cells.contracts import FaultCode, Refused
from nova_cells.journal.model import Operation, database_step
from nova_cells.journal.progress import may_turn_back, turn_back
from nova_cells.journal.turn import Turn

EARLY = frozenset({"accepted", "queued", "preparing"})
"""What may be called off before the guest is on its way, where `early` is among the arguments."""


def call_off(turn: Turn) -> None:
    early = turn.record.arguments.get("early")

    def change(move: Turn) -> None:
        steering.check(turn, move, {"running", *(EARLY if early else ())})
        if not may_turn_back(move):
            raise Refused(FaultCode.INVALID, "The live migration can't be aborted any more.")
        move.record.arguments["cancelled"] = True
        turn_back(move, "The live migration was aborted.", None)

    turn.world.steer(turn, turn.subject["operation"], change)


OPERATIONS = (
    Operation(
        "abort_live_migration",
        "live_migration_cancel",
        steps=(database_step(call_off, event="compute_live_migration_abort"),),
        beside=frozenset({"live_migrate"}),
        homeless=True,
    ),
)
