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
    """Each resource class has the amount free."""
    room = np.ones(table.size, bool)
    for resource, amount in ask.resources.items():
        room &= table.free(resource) >= amount
    return room
