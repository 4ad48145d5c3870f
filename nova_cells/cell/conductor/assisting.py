# SPDX-License-Identifier: Apache-2.0
"""What both kinds of work for a snapshot have in common that a host takes for the volume service.

The service waits for what it is told of its snapshot, by the last step or by the undo of the first:
so that one comes before anything that may be refused.
"""

from __future__ import annotations

from sqlalchemy import Connection

from nova_cells.cell.conductor import volumes
from nova_cells.cell.conductor.seats import HOME
from nova_cells.cell.conductor.service_work.expect_snapshot import WAITS
from nova_cells.cell.db import service_chores
from nova_cells.cell.db.service_chores import Wished
from nova_cells.journal.model import DatabaseAction, Step, StepRefused, database_step, service_step
from nova_cells.journal.record import Record
from nova_cells.journal.turn import Turn


def choose_volume(turn: Turn) -> None:
    """The arguments `volume` and `snapshot` are ids. Refused where no host has it as a file."""
    head, wanted = turn.subject, turn.record.arguments["volume"]
    if volumes.find(head, wanted) is None:
        raise StepRefused(f"Instance {head.uuid} is not attached to volume {wanted}.")
    if head["host"] is None:
        raise StepRefused(f"Instance {head.uuid} is on no host that could take a snapshot.")
    turn.put(HOME, head["host"])


def abandon(connection: Connection, held: Record, now: int) -> None:
    """Such work was interrupted: the service is told all the same."""
    if held.kind in WAITS:
        about = {name: held.arguments[name] for name in ("volume", "snapshot")}
        wished = Wished(held.subject, held.kind, about, about["snapshot"])
        service_chores.answer(connection, wished, now)


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
