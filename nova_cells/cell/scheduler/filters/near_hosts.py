# SPDX-License-Identifier: Apache-2.0
"""Hosts relative to those of other servers, by the hints same_host and different_host."""

from __future__ import annotations

import numpy as np

from nova_cells.cell.scheduler.ask import Ask
from nova_cells.cell.scheduler.host_table import HostTable
from nova_cells.cell.scheduler.plugins import host_filter
from nova_cells.cell.scheduler.settings import Settings


@host_filter("SameHostFilter")
def is_host_of_others(table: HostTable, ask: Ask, settings: Settings) -> np.ndarray | None:
    """On a host of one of the servers named."""
    return None if ask.same_hosts is None else table.mask(ask.same_hosts)


@host_filter("DifferentHostFilter")
def is_not_host_of_others(table: HostTable, ask: Ask, settings: Settings) -> np.ndarray | None:
    """On none of the hosts of the servers named."""
    return ~table.mask(ask.different_hosts) if ask.different_hosts else None
