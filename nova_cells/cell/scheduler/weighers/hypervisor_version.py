# SPDX-License-Identifier: Apache-2.0
"""Prefers hosts with a newer hypervisor, which empties the old ones during an upgrade."""

from __future__ import annotations

import numpy as np

from nova_cells.cell.scheduler.ask import Ask
from nova_cells.cell.scheduler.host_table import HostTable
from nova_cells.cell.scheduler.plugins import host_weigher
from nova_cells.cell.scheduler.settings import Settings


@host_weigher(
    "HypervisorVersionWeigher", option="hypervisor_version_weight_multiplier", multiplier=1.0
)
def version(table: HostTable, ask: Ask, settings: Settings) -> np.ndarray | None:
    """The hypervisor's version number."""
    return table.hypervisor_version
