# SPDX-License-Identifier: Apache-2.0
"""Has a server come from another cell: room is made, it is taken over and started, then it is ours.

Until that word comes the row here is *arriving*: it is in no list and in no feed, and its epoch is
higher than any caller's. Given up, nothing of it is left but a tombstone: its ports the other cell
binds back, its volumes have the attachments they had.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from nova_cells.cell.conductor import crossing, outcomes, ports, volumes
from nova_cells.cell.conductor.crossing import OWNED, READY, RUNS, SENT
from nova_cells.cell.conductor.seats import DESTINATION
from nova_cells.cell.db import addresses
from nova_cells.journal.model import (
    Operation,
    StepRefused,
    database_step,
    host_step,
    service_step,
)
from nova_cells.journal.turn import Turn

TRAIT = "COMPUTE_RESIZE"
EVENT = "compute_finish_resize"


def claim_host(turn: Turn) -> None:
    """On a host that can take it over."""
    claim(turn, able={TRAIT})


def claim(turn: Turn, *, able: Collection[str]) -> None:
    """The addresses it has, and a host; one without a host gets none here either."""
    head, arguments = turn.subject, turn.record.arguments
    _insist_on_services(turn)
    turn.world.addressing.keep(turn)
    if not arguments["housed"]:
        return
    host = turn.world.placement.claim_elsewhere(turn, host=arguments.get("host"), able=able)
    row = turn.world.hosts.row(host)
    turn.put(DESTINATION, host)
    head.set(host=host, node=row.node if row is not None else host)


def _insist_on_services(turn: Turn) -> None:
    head, world = turn.subject, turn.world
    if ports.of_service(head.document.get("nics") or ()) and world.network is None:
        raise StepRefused("This cell has no network service.")
    if volumes.are_there(turn) and world.volumes is None:
        raise StepRefused("This cell has no volume service.")


def release_host(turn: Turn) -> None:
    host = turn.at(DESTINATION)
    addresses.free(turn.connection, turn.record.subject)
    if host is not None:
        volumes.leave(turn, host)
        turn.world.placement.release(turn, host=host)
        turn.record.arguments["tried"] = [*turn.record.arguments.get("tried", ()), host]
        turn.put(DESTINATION, None)
        turn.subject.set(host=None, node=None)


def has_volumes_there(turn: Turn) -> None:
    volumes.take_there(turn)


def has_ports_there(turn: Turn) -> None:
    ports.take_there(turn, DESTINATION)


def is_ready(turn: Turn) -> None:
    turn.record.arguments["ticket"] = turn.facts.get("ticket")
    crossing.reached(turn, READY)


def runs(turn: Turn) -> None:
    turn.record.arguments["found"] = turn.facts.get("power_state")
    crossing.reached(turn, RUNS)


def is_ours(turn: Turn) -> None:
    """What it was in the other cell."""
    arguments, host = turn.record.arguments, turn.at(DESTINATION)
    ports.arrive(turn, host)
    volumes.arrive(turn, host)
    expected = outcomes.RUNNING if arguments["power"] else outcomes.SHUT_DOWN
    found = arguments.get("found")
    changes: dict[str, Any] = {"vm_state": arguments["vm_state"], "task_state": None}
    if arguments["housed"]:
        changes["power_state"] = expected if found is None else found
    turn.subject.set(progress=0, **changes)


def never_was(turn: Turn) -> None:
    turn.subject.gone = turn.subject.dirty = True


def try_another_host(turn: Turn) -> bool:
    """As long as the other cell has not been told where to send it."""
    record = turn.record
    arguments = record.arguments
    named, tried = arguments.get("host"), arguments.get("tried", ())
    if named or crossing.STAGE in arguments or len(tried) < record.attempt:
        return False
    return bool(record.attempt < turn.world.max_attempts)


_PREPARING: dict[str, Any] = {"at": DESTINATION, "event": "compute_prep_resize"}
_FINISHING: dict[str, Any] = {"at": DESTINATION, "event": EVENT}
_UNTIL_OURS = (
    database_step(claim_host, undo=release_host, event="cold_migrate"),
    service_step("connect_there", undo="settle_attachments", when=volumes.are_there, **_PREPARING),
    database_step(has_volumes_there),
    host_step("receive_machine", undo="destroy_machine", **_PREPARING),
    database_step(is_ready),
    crossing.waits_for(SENT),
    service_step("move_ports", when=ports.are_there, **_FINISHING),
    database_step(has_ports_there),
    host_step("take_over_machine", undo="destroy_machine", **_FINISHING),
    host_step("start_held", when=ports.are_awaited, **_FINISHING),
    *ports.plugged(EVENT, None),
    host_step("power_as_asked", **_FINISHING),
    service_step("complete_attachments", when=volumes.are_there, **_FINISHING),
    database_step(runs),
    crossing.waits_for(OWNED, event=EVENT),
)

OPERATIONS = (
    Operation(
        "arrive",
        "migrate",
        steps=_UNTIL_OURS,
        ends=is_ours,
        fails=never_was,
        again=try_another_host,
        homeless=True,
        lengthy=True,
        endless=True,
    ),
)
