# SPDX-License-Identifier: Apache-2.0
"""How a resize or a cold migration is over: confirmed, reverted, or given up and cleared away.

Whoever gives one up need not know how far it had come: every host with a claim is cleared.
"""

from __future__ import annotations

from nova_cells.cell.conductor import migrations, outcomes, seats
from nova_cells.cell.conductor.migrations import FINISHED, OVER
from nova_cells.cell.conductor.seats import DESTINATION, SOURCE
from nova_cells.cell.conductor.transitions import ACTIVE, STOPPED
from nova_cells.cell.db import migrations as stored
from nova_cells.contracts import FaultCode, Refused
from nova_cells.journal.turn import Turn
from nova_cells.objects import Flavor, Migration

HERE = "here"
"""The seat of the one host of a resize in place; source and destination are empty then."""

CONFIRMING, REVERTING = "confirming", "reverting"
"""Statuses on the way from waiting to being over."""


def own_flavor(turn: Turn) -> Flavor:
    """What the server is."""
    flavor: Flavor = Flavor.from_document(turn.subject["flavor"])
    return flavor


def wish(turn: Turn, flavor: Flavor) -> None:
    """From now on the server is made as this."""
    spec = turn.subject.spec(turn.connection)
    if spec is not None:
        turn.subject.put_spec(turn.connection, spec.replace(flavor=flavor))


def take_up(turn: Turn, status: str) -> Migration:
    """Go on with the record of the move that waits, and seat its hosts."""
    migration = migrations.take_up(turn, {FINISHED})
    if migration is None:
        raise Refused(FaultCode.INVALID, "Instance has not been resized.")
    home = turn.subject["host"]
    moved = migration.source_compute != home
    turn.put(SOURCE, migration.source_compute if moved else None)
    turn.put(DESTINATION, home if moved else None)
    turn.put(HERE, None if moved else home)
    migrations.mark(turn, status)
    return migration


def take_back(turn: Turn, migration: Migration) -> None:
    """It has its old size again."""
    old = migration.old_flavor
    if old is not None and migration.migration_type == migrations.RESIZE:
        turn.subject.set(flavor=old.document())
        wish(turn, old)


def waits_again(turn: Turn) -> None:
    """Neither confirmed nor reverted: its owner may ask again."""
    outcomes.stays_as_it_was(turn)
    migrations.mark(turn, FINISHED)


def at_rest(turn: Turn, power: int) -> None:
    """It has one size and one host again."""
    state = ACTIVE if power == outcomes.RUNNING else STOPPED
    turn.subject.set(
        vm_state=state, task_state=None, power_state=power, other_flavor=None, fault=None
    )


def clear_away(turn: Turn) -> None:
    """Seat every host where a move that is given up may have left something."""
    seats.take_all(turn)
    home, arguments = turn.subject["host"], turn.record.arguments
    for migration in stored.of_instance(turn.connection, turn.record.subject):
        if migration.status in OVER or migration.source_compute != migration.dest_compute:
            continue
        turn.put(HERE, home)
        arguments["keeps_size"] = migration.status in (FINISHED, CONFIRMING)
        if migration.status == REVERTING:
            take_back(turn, migration)


def is_cleared(turn: Turn) -> None:
    """What it holds is what it needs where it is; no move of it goes on."""
    other, home = turn.at(seats.OTHER), turn.subject["host"]
    if other is not None:
        turn.world.placement.release(turn, host=other)
    if home is not None:
        turn.world.placement.settle(turn, home, own_flavor(turn))
    migrations.close_all(turn)
    turn.subject.set(other_flavor=None)
