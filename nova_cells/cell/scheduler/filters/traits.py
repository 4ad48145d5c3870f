# SPDX-License-Identifier: Apache-2.0
"""Only hosts with the required traits and without the forbidden ones."""

from __future__ import annotations

import numpy as np

from nova_cells.cell.scheduler.ask import Ask
from nova_cells.cell.scheduler.host_table import HostTable
from nova_cells.cell.scheduler.plugins import host_filter
from nova_cells.cell.scheduler.settings import Settings


@host_filter("TraitsFilter")
def has_traits(table: HostTable, ask: Ask, settings: Settings) -> np.ndarray | None:
    """Every required trait, no forbidden one."""
    if not ask.required_traits and not ask.forbidden_traits:
        return None
    return table.traits.having(ask.required_traits, table.size) & table.traits.lacking(
        ask.forbidden_traits, table.size
    )
