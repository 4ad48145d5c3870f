# SPDX-License-Identifier: Apache-2.0
"""Makes a server again, from its image, on another host because its own is down.

What is left of it on its old host becomes that host's debt: the host gets no work before it has
paid, and its agent starts no guest of an earlier life (ADR 20). Until then the evacuation is
"done", afterwards "completed".
"""

from __future__ import annotations

from nova_cells.cell.conductor import migrations, outcomes, ports, relocation, volumes
from nova_cells.cell.conductor.seats import DESTINATION, SOURCE
from nova_cells.cell.conductor.transitions import ACTIVE, STOPPED
from nova_cells.cell.db import hosts
from nova_cells.contracts import FaultCode, Refused
from nova_cells.journal.model import Operation, database_step, host_step, service_step
from nova_cells.journal.turn import Turn

EVENT = "compute_rebuild_instance"
NO_RETURN = 11


def begin_evacuation(turn: Turn) -> None:
    """`stopped` of the arguments: it is to be off there, whatever it was here."""
    head, arguments = turn.subject, turn.record.arguments
    _insist_on_death(turn, head["host"])
    relocation.begin(turn, migrations.EVACUATION)
    arguments["home_generation"] = head.document.get("home_generation", 0) + 1
    arguments["power"] = head["vm_state"] != STOPPED and not arguments.get("stopped")


def _insist_on_death(turn: Turn, host: str) -> None:
    """A silent host may run its guests on: somebody has to vouch for it that it does not."""
    row = hosts.get(turn.connection, host)
    if row is None or row.forced_down:
        return
    if not turn.world.hosts.down(host):
        raise Refused(FaultCode.INVALID, f"Compute service of {host} is still in use.")
    raise Refused(
        FaultCode.INVALID,
        f"Compute service of {host} is silent, but its servers may still run: fence the host, "
        "then set its service to forced_down.",
    )


def claim_destination(turn: Turn) -> None:
    relocation.claim(turn)
    migrations.mark(turn, "pre-migrating", destination=turn.at(DESTINATION))


def release_destination(turn: Turn) -> None:
    volumes.leave(turn, turn.at(DESTINATION))
    relocation.release_destination(turn)


def has_all_there(turn: Turn) -> None:
    ports.take_there(turn, DESTINATION)
    volumes.take_there(turn)


def change_host(turn: Turn) -> None:
    """All the old host owed of it is void: it is going to owe the whole machine.

    Here, and nowhere else, a new life begins: what the old host has is of an earlier one.
    """
    source = relocation.source(turn)
    if hosts.forget_debts_about(turn.connection, source, turn.subject.uuid, turn.now):
        turn.world.hosts.changed(turn.connection, turn.notes, [source])
    turn.record.arguments["found"] = turn.facts.get("power_state")
    relocation.change_host(turn)
    ports.arrive(turn, turn.at(DESTINATION))
    volumes.arrive(turn, turn.at(DESTINATION))
    turn.subject.set(home_generation=turn.record.arguments["home_generation"])


def release_source(turn: Turn) -> None:
    volumes.leave_source(turn)
    relocation.release_source(turn)


def is_elsewhere(turn: Turn) -> None:
    record = turn.record
    runs, found = record.arguments["power"], record.arguments.get("found")
    power = outcomes.RUNNING if runs else outcomes.SHUT_DOWN
    turn.subject.set(
        vm_state=ACTIVE if runs else STOPPED,
        task_state=None,
        power_state=found if found is not None else power,
        launched_at=turn.now,
        progress=0,
        fault=None,
    )
    owed = hosts.debt(turn.connection, record.id, record.attempt, relocation.source(turn))
    migrations.mark(turn, "completed" if owed is None else "done")


def is_cleaned_up(turn: Turn) -> None:
    """The old host is back and has paid."""
    migration = migrations.current(turn)
    if migration is not None and migration.status == "done":
        migrations.mark(turn, "completed")


def stays_where_it_is(turn: Turn) -> None:
    outcomes.stays_as_it_was(turn)
    migrations.mark(turn, "failed")


OPERATIONS = (
    Operation(
        "evacuate",
        "evacuate",
        steps=(
            database_step(begin_evacuation),
            database_step(claim_destination, undo=release_destination, event="rebuild_server"),
            service_step(
                "move_ports",
                undo="return_ports",
                event=EVENT,
                task="rebuilding",
                at=DESTINATION,
                when=ports.are_there,
            ),
            service_step(
                "connect_there",
                undo="settle_attachments",
                event=EVENT,
                task="rebuilding",
                at=DESTINATION,
                when=volumes.are_there,
            ),
            database_step(has_all_there),
            host_step(
                "create_machine",
                undo="destroy_machine",
                event=EVENT,
                task="rebuilding",
                at=DESTINATION,
            ),
            host_step(
                "start_held",
                event=EVENT,
                task="rebuild_spawning",
                at=DESTINATION,
                when=ports.are_awaited,
            ),
            *ports.plugged(EVENT, "rebuild_spawning"),
            host_step("power_as_asked", event=EVENT, task="rebuild_spawning", at=DESTINATION),
            database_step(change_host),
            service_step(
                "complete_attachments",
                "settle_attachments",
                task="rebuild_spawning",
                at=DESTINATION,
                owes=True,
                when=volumes.are_there,
            ),
            host_step("destroy_machine", task="rebuild_spawning", at=SOURCE, owes=True),
            database_step(release_source),
        ),
        ends=is_elsewhere,
        fails=stays_where_it_is,
        again=relocation.may_try_elsewhere,
        settled=is_cleaned_up,
        no_return=NO_RETURN,
        homeless=True,
        lengthy=True,
    ),
)
