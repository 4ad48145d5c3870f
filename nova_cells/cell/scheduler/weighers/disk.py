# SPDX-License-Identifier: Apache-2.0
"""Prefers hosts with more disk left."""

from __future__ import annotations

import numpy as np

from nova_cells.cell.scheduler.ask import Ask
from nova_cells.cell.scheduler.host_row import DISK_GB
from nova_cells.cell.scheduler.host_table import HostTable
from nova_cells.cell.scheduler.plugins import host_weigher
from nova_cells.cell.scheduler.settings import Settings


@host_weigher("DiskWeigher", option="disk_weight_multiplier", multiplier=1.0)
def free_disk(table: HostTable, ask: Ask, settings: Settings) -> np.ndarray | None:
    """Free disk."""
    return table.free(DISK_GB)
