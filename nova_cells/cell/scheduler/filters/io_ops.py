# SPDX-License-Identifier: Apache-2.0
"""Only hosts whose disks are not too busy with building, moving and copying."""

from __future__ import annotations

import numpy as np

from nova_cells.cell.scheduler.aggregates import Metadata, smallest_number
from nova_cells.cell.scheduler.ask import Ask
from nova_cells.cell.scheduler.host_table import HostTable
from nova_cells.cell.scheduler.plugins import host_filter
from nova_cells.cell.scheduler.settings import Settings

OPTION = "max_io_ops_per_host"


@host_filter("IoOpsFilter")
def is_below_limit(table: HostTable, ask: Ask, settings: Settings) -> np.ndarray | None:
    """Below the limit of its aggregates, else of the configuration."""
    default = settings.max_io_ops_per_host

    def limit(metadata: Metadata) -> float:
        return smallest_number(metadata, OPTION, default)

    limits = table.aggregate_sets.column((OPTION, default), limit, np.float64)
    return table.io_ops < limits[table.aggregate_set]
