# SPDX-License-Identifier: Apache-2.0
"""Has a live migration come to its end soon: its step is asked for again, with a wish to hurry.

The wish is in the row of the move: a message lost, or an agent that begins anew, does not lose it.
"""

from __future__ import annotations

from nova_cells.cell.conductor import steering
from nova_cells.journal.model import Operation, database_step
from nova_cells.journal.turn import Turn


def hurry(turn: Turn) -> None:
    def change(move: Turn) -> None:
        steering.check(turn, move, {"running"})
        move.record.arguments["hurry"] = True

    turn.world.steer(turn, turn.subject["operation"], change)


OPERATIONS = (
    Operation(
        "force_complete_live_migration",
        "live_migration_force_complete",
        steps=(database_step(hurry, event="compute_live_migration_force_complete"),),
        beside=frozenset({"live_migrate"}),
        homeless=True,
    ),
)
