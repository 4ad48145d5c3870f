# SPDX-License-Identifier: Apache-2.0
"""Lets go of a server that is another cell's, or was deleted, while this cell was not believed.

Whatever was being done to it here ends. Ports and volumes are where the server is: their services
are not asked. What a host that is down has of it becomes its debt.
"""

from __future__ import annotations

from nova_cells.cell.conductor import departures, migrations, seats
from nova_cells.cell.conductor.operations import delete
from nova_cells.journal.model import Operation, database_step, host_step
from nova_cells.journal.turn import Turn


def is_anothers(turn: Turn) -> None:
    seats.take_all(turn)
    departures.depart(turn)


def give_back(turn: Turn) -> None:
    migrations.close_all(turn)
    departures.give_back(turn)


OPERATIONS = (
    Operation(
        "disown",
        "delete",
        steps=(
            database_step(is_anothers),
            host_step("destroy_machine", at=seats.OTHER, owes=True),
            host_step("destroy_machine", at=seats.HOME, owes=True),
            database_step(give_back),
        ),
        no_return=1,
        patient=True,
        homeless=True,
        endless=True,
        preempts=delete.EVERYTHING | {"delete", "depart"},
    ),
)
