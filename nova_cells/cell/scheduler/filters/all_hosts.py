# SPDX-License-Identifier: Apache-2.0
"""Every host: for operators who want no more than the filters that always apply."""

from __future__ import annotations

import numpy as np

from nova_cells.cell.scheduler.ask import Ask
from nova_cells.cell.scheduler.host_table import HostTable
from nova_cells.cell.scheduler.plugins import host_filter
from nova_cells.cell.scheduler.settings import Settings


@host_filter("AllHostsFilter")
def is_there(table: HostTable, ask: Ask, settings: Settings) -> np.ndarray | None:
    """No opinion on any host."""
    return None
