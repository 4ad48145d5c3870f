# SPDX-License-Identifier: Apache-2.0
"""Only hosts in aggregates whose metadata satisfies the flavor's extra specs.

Keys scoped "aggregate_instance_extra_specs:" and keys without any scope are heeded.
"""

from __future__ import annotations

import numpy as np

from nova_cells.cell.scheduler.aggregates import Metadata
from nova_cells.cell.scheduler.ask import Ask
from nova_cells.cell.scheduler.extra_specs import wanted
from nova_cells.cell.scheduler.filters.compute_capabilities import NAMES
from nova_cells.cell.scheduler.host_table import HostTable
from nova_cells.cell.scheduler.plugins import host_filter
from nova_cells.cell.scheduler.settings import Settings

SCOPE = "aggregate_instance_extra_specs:"


@host_filter("AggregateInstanceExtraSpecsFilter")
def is_in_fitting_aggregates(table: HostTable, ask: Ask, settings: Settings) -> np.ndarray | None:
    """For each key some aggregate of the host has a fitting value."""
    wishes = [
        (key.removeprefix(SCOPE), wanted(text))
        for key, text in ask.extra_specs.items()
        if key.startswith(SCOPE) or (":" not in key and key not in NAMES)
    ]
    if not wishes:
        return None

    def fits(metadata: Metadata) -> bool:
        return all(any(map(test, metadata.get(key, ()))) for key, test in wishes)

    return table.aggregate_sets.judged(fits, bool)[table.aggregate_set]
