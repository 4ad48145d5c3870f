# SPDX-License-Identifier: Apache-2.0
"""Makes a server of a cell that is declared dead again in another cell, from its image.

The cell is asked nothing. It has to be fenced from the first step to the flip: one that is believed
again keeps its server, and what was made elsewhere goes.
"""

from __future__ import annotations

from nova_cells.global_api.operations import ownership
from nova_cells.global_api.operations.kinds import move
from nova_cells.journal.model import Operation, database_step, service_step
from nova_cells.journal.turn import Turn


def write_down(turn: Turn) -> None:
    """Under a new epoch for each attempt."""
    ownership.insist_on_fence(turn.connection, turn.record.arguments["source"])
    move.write_down(turn)


def is_made(turn: Turn) -> None:
    turn.record.arguments["there"] = turn.facts.get("there")


def flip(turn: Turn) -> None:
    ownership.insist_on_fence(turn.connection, turn.record.arguments["source"])
    move.flip(turn)


def try_another_cell(turn: Turn) -> bool:
    """One that could not make it is not the last, unless it was named or it is too late."""
    record = turn.record
    arguments = record.arguments
    if arguments.get("named") or not arguments.get("tried") or turn.now >= record.deadline:
        return False
    arguments["last_word"] = record.message
    return bool(record.attempt < turn.world.attempts)


_UNTIL_FLIP = (
    service_step("choose_refuge"),
    database_step(write_down),
    service_step("make_again", undo="free_destination"),
    database_step(is_made),
    database_step(flip),
)

OPERATIONS = (
    Operation(
        "evacuate",
        "evacuate",
        steps=(*_UNTIL_FLIP, service_step("own"), service_step("leave_alone")),
        no_return=len(_UNTIL_FLIP),
        again=try_another_cell,
        insists=True,
    ),
)
