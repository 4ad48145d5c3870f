# SPDX-License-Identifier: Apache-2.0
"""Has a server leave for another cell: it is held, switched off, sent, and let go once told so.

Between the sending and that word nobody here knows whose it is; so it waits, however long. What a
host that is down has left of it becomes its debt. Its ports and volumes go with it: from that word
on nothing is asked of their services here, where its head names what it had.
"""

from __future__ import annotations

import json
from typing import Any

from nova_cells.cell.conductor import crossing, departures, migrations, outcomes, ports
from nova_cells.cell.conductor.crossing import HELD, RELEASED, SENT, TICKET
from nova_cells.cell.conductor.seats import SOURCE
from nova_cells.cell.conductor.transitions import ACTIVE
from nova_cells.contracts import FaultCode, Refused
from nova_cells.journal.model import Operation, database_step, host_step, service_step
from nova_cells.journal.turn import Turn

EVENT = "compute_resize_instance"


def shown(turn: Turn) -> str:
    """One that is shelved leaves in order to be unshelved elsewhere, or with its cell's others."""
    return "unshelving" if turn.record.arguments.get("unshelves") else "resize_migrating"


def begin(turn: Turn) -> None:
    """`epoch` of the arguments is the one it will have in the other cell."""
    head, arguments = turn.subject, turn.record.arguments
    if head["host"] is not None and turn.world.hosts.down(head["host"]):
        raise Refused(FaultCode.HOST_DOWN, f"The host of instance {head.uuid} is down.")
    arguments["power"] = head["vm_state"] == ACTIVE
    turn.put(SOURCE, head["host"])
    migrations.open(
        turn,
        kind=migrations.COLD,
        status="pre-migrating",
        source=head["host"],
        old_vm_state=head["vm_state"],
    )
    crossing.reached(turn, HELD)


def stays(turn: Turn) -> None:
    migrations.mark(turn, "error")


def is_expected(turn: Turn) -> None:
    """The other cell has made room."""
    told = json.loads(crossing.said(turn, TICKET) or "{}")
    turn.record.arguments["ticket"] = told.get("ticket")
    migrations.mark(turn, "migrating", dest_compute=told.get("host"), dest_node=told.get("host"))


def is_sent(turn: Turn) -> None:
    migrations.mark(turn, "post-migrating")
    crossing.reached(turn, SENT)


def is_back(turn: Turn) -> None:
    told = turn.facts.get("power_state", turn.subject["power_state"])
    turn.subject.set(power_state=told)


def leave(turn: Turn) -> None:
    migrations.mark(turn, "completed")
    departures.depart(turn)


_SENDING: dict[str, Any] = {"at": SOURCE, "event": EVENT, "task": shown}
_UNTIL_RELEASED = (
    database_step(begin, undo=stays, event="cold_migrate"),
    crossing.waits_for(TICKET, event="compute_prep_resize", task=shown),
    database_step(is_expected, undo=is_back),
    host_step("power_off", undo="power_as_asked", **_SENDING),
    host_step("send_machine", **_SENDING),
    service_step("read_ports", undo="return_ports", when=ports.are_there, **_SENDING),
    database_step(is_sent),
    crossing.waits_for(RELEASED, event=EVENT, task=shown),
)

OPERATIONS = (
    Operation(
        "depart",
        "migrate",
        steps=(
            *_UNTIL_RELEASED,
            database_step(leave),
            host_step("destroy_machine", at=SOURCE, owes=True),
            database_step(departures.give_back),
        ),
        fails=outcomes.stays_as_it_was,
        no_return=len(_UNTIL_RELEASED),
        homeless=True,
        lengthy=True,
        endless=True,
    ),
)
