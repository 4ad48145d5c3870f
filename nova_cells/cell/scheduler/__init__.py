# SPDX-License-Identifier: Apache-2.0
"""Chooses hosts for servers: a library inside the conductor, over a table held in memory.

It proposes only. The claim in the cell's database decides; on a conflict bring that host's row up
to date (`HostTable.upsert`) and take the next candidate of the same selection.
"""

from nova_cells.cell.scheduler.ask import Ask
from nova_cells.cell.scheduler.ask_from_spec import (
    InvalidAsk,
    ask_from_spec,
    claimed_by,
    resources_of,
    traits_of,
)
from nova_cells.cell.scheduler.capacity import capacity_shapes
from nova_cells.cell.scheduler.host_row import DISK_GB, MEMORY_MB, VCPU, HostKind, HostRow
from nova_cells.cell.scheduler.host_table import HostTable
from nova_cells.cell.scheduler.plugins import UnknownPlugin, host_filter, host_weigher
from nova_cells.cell.scheduler.select import select, select_many
from nova_cells.cell.scheduler.selection import Candidate, NoValidHost, Selection, Trail
from nova_cells.cell.scheduler.settings import Settings

__all__ = [
    "DISK_GB",
    "MEMORY_MB",
    "VCPU",
    "Ask",
    "Candidate",
    "HostKind",
    "HostRow",
    "HostTable",
    "InvalidAsk",
    "NoValidHost",
    "Selection",
    "Settings",
    "Trail",
    "UnknownPlugin",
    "ask_from_spec",
    "capacity_shapes",
    "claimed_by",
    "host_filter",
    "host_weigher",
    "resources_of",
    "select",
    "select_many",
    "traits_of",
]
