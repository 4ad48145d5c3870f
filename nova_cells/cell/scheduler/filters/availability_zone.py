# SPDX-License-Identifier: Apache-2.0
"""Only hosts of the zone that was asked for."""

from __future__ import annotations

import numpy as np

from nova_cells.cell.scheduler.ask import Ask
from nova_cells.cell.scheduler.host_table import HostTable
from nova_cells.cell.scheduler.plugins import host_filter
from nova_cells.cell.scheduler.settings import Settings


@host_filter("AvailabilityZoneFilter")
def is_in_zone(table: HostTable, ask: Ask, settings: Settings) -> np.ndarray | None:
    """In the zone named by the ask."""
    return None if ask.zone is None else table.zone == table.zones.code_of(ask.zone)
