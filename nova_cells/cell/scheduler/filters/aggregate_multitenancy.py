# SPDX-License-Identifier: Apache-2.0
"""Aggregates kept for some projects admit no others.

A key may carry a suffix (filter_tenant_id2), so that long lists can be split over several.
"""

from __future__ import annotations

import numpy as np

from nova_cells.cell.scheduler.aggregates import Metadata
from nova_cells.cell.scheduler.ask import Ask
from nova_cells.cell.scheduler.host_table import HostTable
from nova_cells.cell.scheduler.plugins import host_filter
from nova_cells.cell.scheduler.settings import Settings

KEY = "filter_tenant_id"


@host_filter("AggregateMultiTenancyIsolation")
def admits_project(table: HostTable, ask: Ask, settings: Settings) -> np.ndarray | None:
    """Not kept for other projects."""

    def admits(metadata: Metadata) -> bool:
        projects = [values for key, values in metadata.items() if key.startswith(KEY)]
        return not projects or any(ask.project_id in values for values in projects)

    return table.aggregate_sets.judged(admits, bool)[table.aggregate_set]
