# SPDX-License-Identifier: Apache-2.0
"""Only hosts with enough of everything left: what the claim will insist on."""

from __future__ import annotations

import numpy as np

from nova_cells.cell.scheduler.ask import Ask
from nova_cells.cell.scheduler.host_table import HostTable
from nova_cells.cell.scheduler.plugins import host_filter
from nova_cells.cell.scheduler.settings import Settings


@host_filter("ResourceFilter")
def has_room(table: HostTable, ask: Ask, settings: Settings) -> np.ndarray | None:
    """Each resource class has the amount free, where the server is already what it lacks."""
    room = np.ones(table.size, bool)
    for resource, amount in ask.resources.items():
        room &= table.free(resource) >= amount
    home = table.row(ask.held_host) if ask.held_host else -1
    if home >= 0:
        more = ask.of(str(ask.held_host))
        room[home] = all(table.free(name)[home] >= amount for name, amount in more.items())
    return room
