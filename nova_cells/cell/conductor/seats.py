# SPDX-License-Identifier: Apache-2.0
"""Who sits where in an operation: the hosts on which an instance has a machine, perhaps.

A claim is what says so: whoever makes a machine on a host holds a claim there before, and gives it
back only after the machine is gone.
"""

from __future__ import annotations

from nova_cells.cell.db import claims
from nova_cells.journal.turn import Turn

HOME, OTHER = "home", "other"
"""The host the instance is on, and the one it was on its way to or has just left."""

SOURCE, DESTINATION = "source", "destination"
"""Of a move."""


def take_all(turn: Turn) -> None:
    """Seat every host that may have a machine of this instance."""
    home = turn.subject["host"]
    others = claims.hosts_of(turn.connection, turn.record.subject) - {home}
    turn.put(HOME, home)
    turn.put(OTHER, min(others, default=None))
