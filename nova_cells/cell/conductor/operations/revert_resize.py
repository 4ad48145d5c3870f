# SPDX-License-Identifier: Apache-2.0
"""Gives a server its old size and host back. A destination that is down owes the rest.

The old guest is started before anything of the new one is lost; from there on it only goes forward.
"""

from __future__ import annotations

from typing import Any

from nova_cells.cell.conductor import migrations, move_endings, outcomes, ports, volumes
from nova_cells.cell.conductor.migrations import current
from nova_cells.cell.conductor.seats import DESTINATION, SOURCE
from nova_cells.cell.conductor.transitions import STOPPED
from nova_cells.contracts import FaultCode, Refused
from nova_cells.journal.model import Operation, database_step, host_step, service_step
from nova_cells.journal.turn import Turn

TASK = "resize_reverting"
EVENT, FINISH = "compute_revert_resize", "compute_finish_revert_resize"

LOST = "lost"
"""The seat of a destination that is down: what is there is owed."""


def begin(turn: Turn) -> None:
    """The host to go back to must be up; the other need not."""
    migration = move_endings.take_up(turn, move_endings.REVERTING)
    back = turn.at(SOURCE) or turn.at(move_endings.HERE)
    hosts = turn.world.hosts
    if back is None or hosts.down(back):
        raise Refused(FaultCode.HOST_DOWN, "The host to go back to is down.", **_states(turn))
    arguments = turn.record.arguments
    arguments["power"] = migration.old_vm_state != STOPPED
    if migration.old_flavor is not None:
        arguments["flavor"] = migration.old_flavor.document()
    there = turn.at(DESTINATION)
    if there is not None and hosts.down(there):
        turn.put(DESTINATION, None)
        turn.put(LOST, there)


def _states(turn: Turn) -> dict[str, Any]:
    head = turn.subject
    named = {name: head[name] for name in ("vm_state", "task_state")}
    return {**named, "locked": bool(head["locked_by"])}


def has_all_back(turn: Turn) -> None:
    ports.take_there(turn, SOURCE)
    volumes.take_there(turn, SOURCE)


def is_back(turn: Turn) -> None:
    """It is what and where it was; what is left is to be cleared away."""
    migration = current(turn)
    if migration is not None:
        move_endings.take_back(turn, migration)
        if turn.at(SOURCE) is not None:
            turn.subject.set(host=migration.source_compute, node=migration.source_node)
            ports.arrive(turn, migration.source_compute)
            volumes.arrive(turn, migration.source_compute)
    power = turn.record.arguments["power"]
    expected = outcomes.RUNNING if power else outcomes.SHUT_DOWN
    turn.subject.set(power_state=turn.facts.get("power_state", expected))


def give_back_new(turn: Turn) -> None:
    placement = turn.world.placement
    there = turn.at(DESTINATION) or turn.at(LOST)
    if there is not None:
        volumes.leave(turn, there)
        placement.release(turn, host=there)
    if (here := turn.at(move_endings.HERE)) is not None:
        placement.settle(turn, here, move_endings.own_flavor(turn))


def is_reverted(turn: Turn) -> None:
    migrations.mark(turn, "reverted")
    move_endings.at_rest(turn, turn.subject["power_state"])


_UNTIL_BACK = (
    database_step(begin),
    host_step("power_off", undo="power_as_asked", at=DESTINATION, event=EVENT, task=TASK),
    service_step(
        "move_ports",
        undo="return_ports",
        at=SOURCE,
        event=EVENT,
        task=TASK,
        when=ports.are_there,
    ),
    service_step(
        "connect_there",
        undo="settle_attachments",
        at=SOURCE,
        event=EVENT,
        task=TASK,
        when=volumes.are_there,
    ),
    database_step(has_all_back),
    host_step("fit_volumes", at=SOURCE, event=FINISH, task=TASK, when=volumes.are_there),
    host_step(
        "start_held",
        undo="power_off",
        at=SOURCE,
        event=FINISH,
        task=TASK,
        when=ports.are_awaited,
    ),
    *ports.plugged(FINISH, TASK),
    host_step("power_as_asked", undo="power_off", at=SOURCE, event=FINISH, task=TASK),
    host_step("power_off", undo="power_as_asked", at=move_endings.HERE, event=EVENT, task=TASK),
    host_step("unresize_machine", at=move_endings.HERE, event=FINISH, task=TASK),
    database_step(is_back),
)

OPERATIONS = (
    Operation(
        "revert_resize",
        "revertResize",
        steps=(
            *_UNTIL_BACK,
            host_step("destroy_machine", at=DESTINATION, task=TASK, owes=True),
            host_step("destroy_machine", at=LOST, task=TASK, owes=True),
            service_step(
                "complete_attachments",
                "settle_attachments",
                task=TASK,
                owes=True,
                when=volumes.are_there,
            ),
            database_step(give_back_new),
        ),
        ends=is_reverted,
        fails=move_endings.waits_again,
        no_return=len(_UNTIL_BACK),
        homeless=True,
        lengthy=True,
    ),
)
