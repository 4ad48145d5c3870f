# SPDX-License-Identifier: Apache-2.0
"""Makes a server of a cell that is lost again here, from its image; then it is ours.

The other cell is not asked: it is fenced, and lets go of what it has when it is believed again.
Until the word comes the row here is *arriving*; given up, its ports are bound where they were and
its volumes have the attachments they had. A new life of the server begins here.
"""

from __future__ import annotations

from typing import Any

from nova_cells.cell.conductor import crossing, ports, volumes
from nova_cells.cell.conductor.crossing import OWNED
from nova_cells.cell.conductor.operations import arrive
from nova_cells.cell.conductor.seats import DESTINATION
from nova_cells.journal.model import Operation, Step, database_step, host_step, service_step
from nova_cells.journal.turn import Turn

EVENT = "compute_rebuild_instance"


def claim_host(turn: Turn) -> None:
    """One that is to have no host gets none, and nothing is made of it."""
    arrive.claim(turn, able=())


def is_housed(turn: Turn) -> bool:
    return bool(turn.record.arguments["housed"])


def has_ports(turn: Turn) -> bool:
    return is_housed(turn) and ports.are_there(turn)


def awaits_ports(turn: Turn) -> bool:
    return is_housed(turn) and ports.are_awaited(turn)


def has_volumes(turn: Turn) -> bool:
    return is_housed(turn) and volumes.are_there(turn)


def is_made_anew(turn: Turn) -> None:
    arrive.is_ours(turn)
    changes: dict[str, Any] = {"fault": None}
    if is_housed(turn):
        changes["launched_at"] = turn.now
    turn.subject.set(**changes)


_AT: dict[str, Any] = {"at": DESTINATION, "event": EVENT}


def _steps() -> tuple[Step, ...]:
    return (
        database_step(claim_host, undo=arrive.release_host, event="rebuild_server"),
        service_step("move_ports", undo="give_ports_back", when=has_ports, **_AT),
        service_step("connect_there", undo="settle_attachments", when=has_volumes, **_AT),
        database_step(arrive.has_ports_there),
        database_step(arrive.has_volumes_there),
        host_step("create_machine", undo="destroy_machine", when=is_housed, **_AT),
        host_step("start_held", when=awaits_ports, **_AT),
        *ports.plugged(EVENT, None),
        host_step("power_as_asked", when=is_housed, **_AT),
        service_step("complete_attachments", when=has_volumes, **_AT),
        database_step(arrive.runs),
        crossing.waits_for(OWNED, event=EVENT),
    )


OPERATIONS = (
    Operation(
        "take_in",
        "evacuate",
        steps=_steps(),
        ends=is_made_anew,
        fails=arrive.never_was,
        again=arrive.try_another_host,
        homeless=True,
        lengthy=True,
        endless=True,
    ),
)
