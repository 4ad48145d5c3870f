# SPDX-License-Identifier: Apache-2.0
"""Looks up what a server's ports are now: its head is a memory of that, and memories grow old.

Begun when the network service says that something has changed, when an administrator asks, and now
and then. It holds no server: whatever its owner wishes meanwhile is done beside it. Whether a port
is the server's is not learned here: that only operations which hold it change.
"""

from __future__ import annotations

from nova_cells.cell.conductor import ports
from nova_cells.cell.conductor.operations.delete import EVERYTHING
from nova_cells.journal.model import Operation, database_step, service_step
from nova_cells.journal.turn import Turn


def learn(turn: Turn) -> None:
    """What the service says of the interfaces that the server has."""
    ports.refresh(turn.subject, turn.facts.get("nics") or ())


def what_it_does(turn: Turn) -> str | None:
    """Its owner sees what is done to it; this is nothing they would notice."""
    task: str | None = turn.subject["task_state"]
    return task


OPERATIONS = (
    Operation(
        "refresh_network",
        "refresh_network",
        steps=(
            service_step("read_ports", task=what_it_does, when=ports.are_there),
            database_step(learn),
        ),
        homeless=True,
        beside=EVERYTHING,
    ),
)
