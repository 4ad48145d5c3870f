# SPDX-License-Identifier: Apache-2.0
"""Keeps the new size or host of a server and lets the old go. A source that is down owes it."""

from __future__ import annotations

from nova_cells.cell.conductor import migrations, move_endings, volumes
from nova_cells.cell.conductor.seats import SOURCE
from nova_cells.journal.model import Operation, database_step, host_step, service_step
from nova_cells.journal.turn import Turn

EVENT = "compute_confirm_resize"


def begin(turn: Turn) -> None:
    move_endings.take_up(turn, move_endings.CONFIRMING)


def give_back_old(turn: Turn) -> None:
    placement = turn.world.placement
    if (source := turn.at(SOURCE)) is not None:
        volumes.leave(turn, source)
        placement.release(turn, host=source)
    if (here := turn.at(move_endings.HERE)) is not None:
        placement.settle(turn, here, move_endings.own_flavor(turn))


def is_confirmed(turn: Turn) -> None:
    migrations.mark(turn, "confirmed")
    move_endings.at_rest(turn, turn.subject["power_state"])


OPERATIONS = (
    Operation(
        "confirm_resize",
        "confirmResize",
        steps=(
            database_step(begin),
            host_step("destroy_machine", at=SOURCE, event=EVENT, owes=True),
            service_step(
                "settle_attachments", at=SOURCE, event=EVENT, owes=True, when=volumes.are_there
            ),
            host_step("keep_size", at=move_endings.HERE, event=EVENT, owes=True),
            database_step(give_back_old),
        ),
        ends=is_confirmed,
        fails=move_endings.waits_again,
        patient=True,
        homeless=True,
    ),
)
