# SPDX-License-Identifier: Apache-2.0
"""Prefers hosts with more memory left."""

from __future__ import annotations

import numpy as np

from nova_cells.cell.scheduler.ask import Ask
from nova_cells.cell.scheduler.host_row import MEMORY_MB
from nova_cells.cell.scheduler.host_table import HostTable
from nova_cells.cell.scheduler.plugins import host_weigher
from nova_cells.cell.scheduler.settings import Settings


@host_weigher("RAMWeigher", option="ram_weight_multiplier", multiplier=1.0)
def free_ram(table: HostTable, ask: Ask, settings: Settings) -> np.ndarray | None:
    """Free memory."""
    return table.free(MEMORY_MB)
