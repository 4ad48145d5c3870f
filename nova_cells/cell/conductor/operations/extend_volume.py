# SPDX-License-Identifier: Apache-2.0
"""Has a guest see that one of its volumes has grown; begun by the event of the volume service."""

from __future__ import annotations

from nova_cells.cell.conductor import volumes
from nova_cells.cell.conductor.outcomes import stays_as_it_was
from nova_cells.cell.conductor.seats import HOME
from nova_cells.contracts import FaultCode, Refused
from nova_cells.journal.model import Operation, database_step, host_step, service_step
from nova_cells.journal.turn import Turn

EVENT = "compute_extend_volume"


def choose_volume(turn: Turn) -> None:
    """The argument `volume` is its id."""
    head, wanted = turn.subject, turn.record.arguments["volume"]
    if volumes.find(head, wanted) is None:
        message = f"Instance {head.uuid} is not attached to volume {wanted}."
        raise Refused(FaultCode.NO_SUCH_VOLUME, message)
    turn.put(HOME, head["host"])


def look_at_size(turn: Turn) -> None:
    """How large it is to be, as its service says."""
    turn.record.arguments["size"] = turn.facts["size"]
    turn.record.arguments["grows_here"] = turn.facts["grows_here"]


def has_grown(turn: Turn) -> None:
    """The service is told by the last step."""


def is_larger(turn: Turn) -> None:
    arguments = turn.record.arguments
    volumes.change(turn.subject, arguments["volume"], size=arguments["size"])
    turn.subject.set(task_state=None)


OPERATIONS = (
    Operation(
        "extend_volume",
        "extend_volume",
        steps=(
            database_step(choose_volume),
            service_step("look_at_volume", undo="tell_of_extension", event=EVENT),
            database_step(look_at_size),
            host_step("extend_volume", event=EVENT, at=HOME),
            database_step(has_grown),
            service_step("tell_of_extension", event=EVENT, owes=True),
        ),
        ends=is_larger,
        fails=stays_as_it_was,
        no_return=4,
        homeless=True,
    ),
)
