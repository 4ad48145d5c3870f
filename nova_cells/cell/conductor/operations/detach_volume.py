# SPDX-License-Identifier: Apache-2.0
"""Takes a volume away from a server; others may have it once the guest has let go of it.

A guest that holds on to it keeps it. Once it has let go there is no way back.
"""

from __future__ import annotations

from nova_cells.cell.conductor import volumes
from nova_cells.cell.conductor.outcomes import stays_as_it_was
from nova_cells.cell.conductor.seats import HOME
from nova_cells.contracts import FaultCode, Refused
from nova_cells.journal.model import Operation, database_step, host_step, service_step
from nova_cells.journal.turn import Turn

EVENT = "compute_detach_volume"


def choose_volume(turn: Turn) -> None:
    """The argument `volume` is its id. Refused where the server has none like that."""
    head, wanted = turn.subject, turn.record.arguments["volume"]
    if volumes.find(head, wanted) is None:
        message = f"Instance {head.uuid} is not attached to volume {wanted}."
        raise Refused(FaultCode.NO_SUCH_VOLUME, message)
    if head["host"] is not None and turn.world.hosts.down(head["host"]):
        raise Refused(FaultCode.HOST_DOWN, f"The host of instance {head.uuid} is down.")
    turn.put(HOME, head["host"])


def is_unplugged(turn: Turn) -> None:
    """The guest has let go."""


def is_gone(turn: Turn) -> None:
    volumes.drop(turn, turn.record.arguments["volume"])
    turn.subject.set(task_state=None)


OPERATIONS = (
    Operation(
        "detach_volume",
        "detach_volume",
        steps=(
            database_step(choose_volume),
            host_step("detach_volume", event=EVENT, at=HOME),
            database_step(is_unplugged),
            service_step("drop_attachment", event=EVENT, owes=True),
        ),
        ends=is_gone,
        fails=stays_as_it_was,
        no_return=2,
        homeless=True,
    ),
)
