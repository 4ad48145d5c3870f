# SPDX-License-Identifier: Apache-2.0
"""Prefers hosts with less going on at their disks: its multiplier is negative by default."""

from __future__ import annotations

import numpy as np

from nova_cells.cell.scheduler.ask import Ask
from nova_cells.cell.scheduler.host_table import HostTable
from nova_cells.cell.scheduler.plugins import host_weigher
from nova_cells.cell.scheduler.settings import Settings


@host_weigher("IoOpsWeigher", option="io_ops_weight_multiplier", multiplier=-1.0)
def operations_in_hand(table: HostTable, ask: Ask, settings: Settings) -> np.ndarray | None:
    """Operations that load the host's disks now."""
    return table.io_ops
