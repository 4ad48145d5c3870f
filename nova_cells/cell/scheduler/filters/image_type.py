# SPDX-License-Identifier: Apache-2.0
"""Only hosts that boot from images of the wanted type; one that names no types is not judged."""

from __future__ import annotations

import numpy as np

from nova_cells.cell.scheduler.ask import Ask
from nova_cells.cell.scheduler.host_table import HostTable
from nova_cells.cell.scheduler.plugins import host_filter
from nova_cells.cell.scheduler.settings import Settings
from nova_cells.objects import image_types


@host_filter("ImageTypeFilter")
def boots_from(table: HostTable, ask: Ask, settings: Settings) -> np.ndarray | None:
    """Those with the type's trait, and those without a trait of any type."""
    if ask.image_type is None:
        return None
    silent = table.traits.lacking(image_types.ALL, table.size)
    return silent | table.traits.having([ask.image_type], table.size)
