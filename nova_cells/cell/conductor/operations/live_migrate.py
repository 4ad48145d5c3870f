# SPDX-License-Identifier: Apache-2.0
"""Takes a running server to another host of its cell while it runs.

On which host the guest is, its hosts decide, not this operation: an undoing that finds it gone from
the source, or arrived, turns into going on. A deadline, an abort and a lost source are undoings.
The host record changes as soon as the guest has; whoever is down then owes the rest.
"""

from __future__ import annotations

from nova_cells.cell.conductor import migrations, outcomes, ports, relocation, volumes
from nova_cells.cell.conductor.seats import DESTINATION, SOURCE
from nova_cells.cell.conductor.transitions import ERROR
from nova_cells.cell.db import hosts
from nova_cells.journal.model import Operation, TooLate, database_step, host_step, service_step
from nova_cells.journal.turn import Turn

TASK = "migrating"
NEEDS = "COMPUTE_LIVE_MIGRATE"
PREPARE, TRAVEL = "compute_pre_live_migration", "compute_live_migration"
ARRIVE = "compute_post_live_migration_at_destination"
NO_RETURN = 10
LOST = "The guest was lost on its way to another host."


def begin_move(turn: Turn) -> None:
    relocation.begin(turn, migrations.LIVE)


def claim_destination(turn: Turn) -> None:
    relocation.claim(turn, able=(NEEDS,))
    migrations.mark(turn, "preparing", destination=turn.at(DESTINATION))


def has_all_there(turn: Turn) -> None:
    ports.take_there(turn, DESTINATION, running=True)
    volumes.take_there(turn)


def unless_it_arrived(turn: Turn) -> None:
    """The destination's word: the guest is there, and what its source owes is void."""
    if turn.facts.get("arrived"):
        source = relocation.source(turn)
        if hosts.settle(turn.connection, turn.record.id, turn.record.attempt, source, turn.now):
            turn.world.hosts.changed(turn.connection, turn.notes, [source])
        _go_on(turn)


def release_destination(turn: Turn) -> None:
    """Nothing is there any more."""
    volumes.leave(turn, turn.at(DESTINATION))
    relocation.release_destination(turn)


def has_ticket(turn: Turn) -> None:
    """What the destination has told is what the source needs."""
    turn.record.arguments["ticket"] = turn.facts.get("ticket", {})


def set_out(turn: Turn) -> None:
    turn.record.arguments["set_out"] = True
    migrations.mark(turn, "running")


def unless_it_left(turn: Turn) -> None:
    """The source's word; a source that can't speak leaves it to the destination."""
    stayed = turn.facts.get("stayed")
    if stayed is False:
        _go_on(turn)
    turn.record.arguments["stayed"] = bool(stayed)


def _go_on(turn: Turn) -> None:
    turn.record.arguments.pop("cancelled", None)
    raise TooLate


def change_host(turn: Turn) -> None:
    relocation.change_host(turn)
    ports.arrive(turn, turn.at(DESTINATION))
    volumes.arrive(turn, turn.at(DESTINATION))
    migrations.mark(turn, "post-migrating")


def look(turn: Turn) -> None:
    """How it came out of it."""
    power = turn.facts.get("power_state", turn.subject["power_state"])
    turn.subject.set(power_state=power)


def release_source(turn: Turn) -> None:
    volumes.leave_source(turn)
    relocation.release_source(turn)


def is_there(turn: Turn) -> None:
    head = turn.subject
    head.set(task_state=None)
    if not head["power_state"]:
        head.set(vm_state=ERROR)
        head.fail(LOST, None, turn.now)
    migrations.mark(turn, "completed" if head["power_state"] else "error")


def stays_where_it_is(turn: Turn) -> None:
    if turn.record.arguments.get("cancelled"):
        turn.subject.set(task_state=None)
        migrations.mark(turn, "cancelled")
    else:
        outcomes.stays_as_it_was(turn)
        migrations.mark(turn, "error")


def try_elsewhere(turn: Turn) -> bool:
    """Another host, if it was to be any and the guest never set out."""
    arguments = turn.record.arguments
    begun = arguments.get("set_out") or arguments.get("cancelled")
    return not begun and relocation.may_try_elsewhere(turn)


OPERATIONS = (
    Operation(
        "live_migrate",
        "live-migration",
        steps=(
            database_step(begin_move),
            database_step(
                claim_destination,
                undo=release_destination,
                event="conductor_live_migrate_instance",
            ),
            service_step(
                "add_bindings",
                undo="drop_bindings",
                event=PREPARE,
                task=TASK,
                at=DESTINATION,
                when=ports.are_there,
            ),
            service_step(
                "connect_there",
                undo="settle_attachments",
                event=PREPARE,
                task=TASK,
                at=DESTINATION,
                when=volumes.are_there,
            ),
            database_step(has_all_there, undo=unless_it_arrived),
            host_step(
                "prepare_live_migration",
                undo="refuse_live_migration",
                event=PREPARE,
                task=TASK,
                at=DESTINATION,
            ),
            database_step(has_ticket),
            ports.plugged_first(PREPARE, TASK),
            database_step(set_out, undo=unless_it_left),
            host_step(
                "live_migrate", undo="end_live_migration", event=TRAVEL, task=TASK, at=SOURCE
            ),
            database_step(change_host),
            service_step(
                "settle_bindings", task=TASK, at=DESTINATION, owes=True, when=ports.are_there
            ),
            host_step("finish_live_migration", event=ARRIVE, task=TASK, at=DESTINATION, owes=True),
            database_step(look),
            host_step("forget_departed", task=TASK, at=SOURCE, owes=True),
            service_step(
                "complete_attachments",
                "settle_attachments",
                task=TASK,
                at=DESTINATION,
                owes=True,
                when=volumes.are_there,
            ),
            database_step(release_source),
        ),
        ends=is_there,
        fails=stays_where_it_is,
        again=try_elsewhere,
        no_return=NO_RETURN,
        lengthy=True,
    ),
)
