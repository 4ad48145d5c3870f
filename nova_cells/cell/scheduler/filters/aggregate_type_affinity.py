# SPDX-License-Identifier: Apache-2.0
"""Aggregates kept for some flavors admit no others."""

from __future__ import annotations

import numpy as np

from nova_cells.cell.scheduler.aggregates import Metadata
from nova_cells.cell.scheduler.ask import Ask
from nova_cells.cell.scheduler.host_table import HostTable
from nova_cells.cell.scheduler.plugins import host_filter
from nova_cells.cell.scheduler.settings import Settings

KEY = "instance_type"


@host_filter("AggregateTypeAffinityFilter")
def admits_flavor(table: HostTable, ask: Ask, settings: Settings) -> np.ndarray | None:
    """Not kept for flavors of other names."""

    def admits(metadata: Metadata) -> bool:
        return ask.flavor_name in metadata.get(KEY, (ask.flavor_name,))

    return table.aggregate_sets.judged(admits, bool)[table.aggregate_set]
