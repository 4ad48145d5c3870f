# SPDX-License-Identifier: Apache-2.0
"""Only hosts that are enabled and alive."""

from __future__ import annotations

import numpy as np

from nova_cells.cell.scheduler.ask import Ask
from nova_cells.cell.scheduler.host_table import HostTable
from nova_cells.cell.scheduler.plugins import host_filter
from nova_cells.cell.scheduler.settings import Settings


@host_filter("ComputeFilter")
def is_in_service(table: HostTable, ask: Ask, settings: Settings) -> np.ndarray | None:
    """Enabled by its operator, and up."""
    return table.enabled & table.up
