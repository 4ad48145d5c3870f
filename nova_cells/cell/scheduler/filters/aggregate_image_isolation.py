# SPDX-License-Identifier: Apache-2.0
"""Only hosts whose aggregates do not contradict the image: a key both have must agree."""

from __future__ import annotations

import numpy as np

from nova_cells.cell.scheduler.aggregates import Metadata
from nova_cells.cell.scheduler.ask import Ask
from nova_cells.cell.scheduler.host_table import HostTable
from nova_cells.cell.scheduler.plugins import host_filter
from nova_cells.cell.scheduler.settings import Settings


@host_filter("AggregateImagePropertiesIsolation")
def agrees_with_image(table: HostTable, ask: Ask, settings: Settings) -> np.ndarray | None:
    """No image property has a value that an aggregate's metadata of that name rules out."""
    prefix = settings.image_properties_prefix
    properties = {prefix + name: text for name, text in ask.image_properties.items()}
    if not properties:
        return None

    def agrees(metadata: Metadata) -> bool:
        return all(text in metadata.get(key, (text,)) for key, text in properties.items())

    return table.aggregate_sets.judged(agrees, bool)[table.aggregate_set]
