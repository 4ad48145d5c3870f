# SPDX-License-Identifier: Apache-2.0
"""Looks up what a server's ports are now: its head is a memory of that, and memories grow old.

Begun when the network service says that something has changed, when an administrator asks, and now
and then. Whether a port is the server's is not learned here: that only operations change.
"""

from __future__ import annotations

from nova_cells.cell.conductor import ports
from nova_cells.journal.model import Operation, database_step, service_step
from nova_cells.journal.turn import Turn


def learn(turn: Turn) -> None:
    """What the service says of the interfaces that the server has."""
    ports.refresh(turn.subject, turn.facts.get("nics") or ())


OPERATIONS = (
    Operation(
        "refresh_network",
        "refresh_network",
        steps=(
            service_step("read_ports", when=ports.are_there),
            database_step(learn),
        ),
        homeless=True,
    ),
)
