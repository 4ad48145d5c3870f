# SPDX-License-Identifier: Apache-2.0
"""What both kinds of work for a snapshot have in common that a host takes for the volume service.

The service waits for what it is told of its snapshot, by the last step or by the undo of the first:
so that one comes before anything that may be refused.
"""

from __future__ import annotations

from nova_cells.cell.conductor import volumes
from nova_cells.cell.conductor.seats import HOME
from nova_cells.journal.model import DatabaseAction, Step, StepRefused, database_step, service_step
from nova_cells.journal.turn import Turn


def choose_volume(turn: Turn) -> None:
    """The arguments `volume` and `snapshot` are ids. Refused where no host has it as a file."""
    head, wanted = turn.subject, turn.record.arguments["volume"]
    if volumes.find(head, wanted) is None:
        raise StepRefused(f"Instance {head.uuid} is not attached to volume {wanted}.")
    if head["host"] is None:
        raise StepRefused(f"Instance {head.uuid} is on no host that could take a snapshot.")
    turn.put(HOME, head["host"])


def around(host_step: Step, becomes: DatabaseAction) -> tuple[Step, ...]:
    """All steps: what the host does, and what is true once it is done."""
    event = host_step.event
    return (
        service_step("expect_snapshot", undo="tell_of_snapshot", event=event),
        database_step(choose_volume),
        host_step,
        database_step(becomes),
        service_step("tell_of_snapshot", event=event, owes=True),
    )


NO_RETURN = 4
"""The position of the last step."""
