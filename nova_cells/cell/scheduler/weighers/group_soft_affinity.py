# SPDX-License-Identifier: Apache-2.0
"""What a server group's soft policies prefer: members together, or apart."""

from __future__ import annotations

import numpy as np

from nova_cells.cell.scheduler.ask import Ask
from nova_cells.cell.scheduler.host_table import HostTable
from nova_cells.cell.scheduler.plugins import host_weigher
from nova_cells.cell.scheduler.settings import Settings


@host_weigher(
    "ServerGroupSoftAffinityWeigher", option="soft_affinity_weight_multiplier", multiplier=1.0
)
def members(table: HostTable, ask: Ask, settings: Settings) -> np.ndarray | None:
    """Members of the group on the host."""
    return _members(table, ask) if ask.group_policy == "soft-affinity" else None


@host_weigher(
    "ServerGroupSoftAntiAffinityWeigher",
    option="soft_anti_affinity_weight_multiplier",
    multiplier=1.0,
)
def members_elsewhere(table: HostTable, ask: Ask, settings: Settings) -> np.ndarray | None:
    """The fewer members the better."""
    return -_members(table, ask) if ask.group_policy == "soft-anti-affinity" else None


def _members(table: HostTable, ask: Ask) -> np.ndarray:
    column = np.zeros(table.size)
    for name, count in ask.group_hosts.items():
        row = table.row(name)
        if row >= 0:
            column[row] = count
    return column
