# SPDX-License-Identifier: Apache-2.0
"""Adds up what the weighers say: each brought to 0..1 over the eligible hosts, and multiplied.

A weigher that finds all hosts equal counts nothing.
"""

from __future__ import annotations

import numpy as np

from nova_cells.cell.scheduler.aggregates import Metadata, smallest_number
from nova_cells.cell.scheduler.ask import Ask
from nova_cells.cell.scheduler.host_table import HostTable
from nova_cells.cell.scheduler.plugins import WEIGHERS
from nova_cells.cell.scheduler.settings import Settings


def scores(table: HostTable, ask: Ask, settings: Settings, rows: np.ndarray) -> np.ndarray:
    """The total weight of each of `rows`."""
    total = np.zeros(len(rows))
    for name, weigher in WEIGHERS.items():
        default = settings.multipliers.get(name, weigher.multiplier)
        overrides = _overrides(table, weigher.option, default)
        if not default and overrides is None:
            continue
        column = weigher.weigh(table, ask, settings)
        if column is None:
            continue
        weight = normalised(column[rows])
        if weight is not None:
            total += weight * (default if overrides is None else overrides[rows])
    return total


def normalised(column: np.ndarray) -> np.ndarray | None:
    """The numbers brought to 0..1; nothing where all are the same."""
    low, high = column.min(), column.max()
    if low == high:
        return None
    return (column - low) / float(high - low)


def _overrides(table: HostTable, option: str, default: float) -> np.ndarray | None:
    """The multiplier of each host where some aggregate overrides it."""

    def judge(metadata: Metadata) -> float:
        return smallest_number(metadata, option, np.nan)

    by_code = table.aggregate_sets.column(("multiplier", option), judge, np.float64)
    stated = ~np.isnan(by_code)
    if not stated.any():
        return None
    return np.where(stated, by_code, default)[table.aggregate_set]
