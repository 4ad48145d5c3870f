# SPDX-License-Identifier: Apache-2.0
"""Avoids hosts where builds failed since the last one that succeeded."""

from __future__ import annotations

import numpy as np

from nova_cells.cell.scheduler.ask import Ask
from nova_cells.cell.scheduler.host_table import HostTable
from nova_cells.cell.scheduler.plugins import host_weigher
from nova_cells.cell.scheduler.settings import Settings


@host_weigher("BuildFailureWeigher", option="build_failure_weight_multiplier", multiplier=1000000.0)
def builds_not_failed(table: HostTable, ask: Ask, settings: Settings) -> np.ndarray | None:
    """The fewer failures the better."""
    return -table.failed_builds
