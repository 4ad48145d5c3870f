# SPDX-License-Identifier: Apache-2.0
"""What a server group's hard policies forbid.

They propose only: the claim counts the members again while it holds the group's row.
"""

from __future__ import annotations

import numpy as np

from nova_cells.cell.scheduler.ask import Ask
from nova_cells.cell.scheduler.host_table import HostTable
from nova_cells.cell.scheduler.plugins import host_filter
from nova_cells.cell.scheduler.settings import Settings


@host_filter("ServerGroupAntiAffinityFilter")
def has_too_few_members(table: HostTable, ask: Ask, settings: Settings) -> np.ndarray | None:
    """Fewer members of the group than may share a host."""
    if ask.group_policy != "anti-affinity":
        return None
    full = [name for name, count in ask.group_hosts.items() if count >= ask.group_limit]
    return ~table.mask(full)


@host_filter("ServerGroupAffinityFilter")
def is_where_members_are(table: HostTable, ask: Ask, settings: Settings) -> np.ndarray | None:
    """On the host of the other members, if there are any."""
    if ask.group_policy != "affinity" or not any(ask.group_hosts.values()):
        return None
    return table.mask(name for name, count in ask.group_hosts.items() if count)
