# SPDX-License-Identifier: Apache-2.0
"""Moves a server that is off for the journey to another cell; it is then what it was.

The cell and the epoch are written down before anybody is asked. The flip is the moment in which the
server changes hands: before it everything can be taken back, after it nothing.
"""

from __future__ import annotations

from nova_cells.global_api.operations import ownership
from nova_cells.journal.model import Operation, StepRefused, database_step, service_step
from nova_cells.journal.turn import Turn


def write_down(turn: Turn) -> None:
    """Under a new epoch for each attempt."""
    arguments, uuid = turn.record.arguments, turn.record.subject
    arguments["to"] = turn.facts.get("to", arguments.get("to"))
    if arguments["to"] == arguments["source"]:
        raise StepRefused("The server is in that cell.")
    ownership.insist_on_group(turn.connection, uuid, arguments["source"], arguments["to"])
    arguments["epoch"] = ownership.next_epoch(turn.connection, uuid, arguments["source"])
    arguments["tried"] = [*arguments.get("tried", ()), arguments["to"]]


def is_held(turn: Turn) -> None:
    """From here on a refusal is the other cell's."""
    turn.record.arguments["held"] = turn.record.attempt
    turn.record.arguments["volumes"] = turn.facts.get("volumes", False)


def room_is_made(turn: Turn) -> None:
    turn.record.arguments["there"] = turn.facts.get("there")
    turn.record.arguments["secrets"] = turn.facts.get("secrets", {})


def has_volumes(turn: Turn) -> bool:
    return bool(turn.record.arguments.get("volumes"))


def is_wanted_there(turn: Turn) -> bool:
    return bool(turn.record.arguments.get("then"))


def flip(turn: Turn) -> None:
    arguments = turn.record.arguments
    ownership.flip(
        turn.connection,
        turn.record.subject,
        source=arguments["source"],
        to=arguments["to"],
        epoch=arguments["epoch"],
        host=arguments.get("there"),
        now=turn.now,
    )


def try_another_cell(turn: Turn) -> bool:
    """One that was full is not the last, unless it was named or it is too late."""
    record = turn.record
    arguments = record.arguments
    full = arguments.get("held") == record.attempt and "there" not in arguments
    if not full or arguments.get("named") or turn.now >= record.deadline:
        return False
    arguments["last_word"] = record.message
    return bool(record.attempt < turn.world.attempts)


_UNTIL_FLIP = (
    service_step("choose_cell"),
    database_step(write_down),
    service_step("hold_source", undo="free_source"),
    database_step(is_held),
    service_step("make_room", undo="free_destination"),
    database_step(room_is_made),
    service_step("send"),
    service_step("take_over"),
    database_step(flip),
)

OPERATIONS = (
    Operation(
        "move",
        "migrate",
        steps=(
            *_UNTIL_FLIP,
            service_step("own"),
            service_step("carry_history"),
            service_step("let_go"),
            service_step("leave_alone", when=has_volumes),
            service_step("act_there", when=is_wanted_there),
        ),
        no_return=len(_UNTIL_FLIP),
        again=try_another_cell,
        insists=True,
    ),
)
