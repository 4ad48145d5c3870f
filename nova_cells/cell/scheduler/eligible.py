# SPDX-License-Identifier: Apache-2.0
"""Which hosts may take an ask: where it was told to go, then filter after filter.

The trail is the operator's explanation: only filters that had an opinion appear in it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nova_cells.cell.scheduler.ask import Ask
from nova_cells.cell.scheduler.host_table import HostTable
from nova_cells.cell.scheduler.plugins import FILTERS
from nova_cells.cell.scheduler.selection import NoValidHost, Trail
from nova_cells.cell.scheduler.settings import Settings

FORCED_FILTERS = ("ComputeFilter", "ResourceFilter", "TraitsFilter")


def eligible(table: HostTable, ask: Ask, settings: Settings) -> tuple[np.ndarray, Trail]:
    """The rows every filter lets through, and how many each one left. Hold the table's lock."""
    left = table.present.copy()
    trail: Trail = []
    for name, mask in _opinions(table, ask, settings):
        left &= mask
        trail.append((name, int(np.count_nonzero(left))))
        if not trail[-1][1]:
            break
    rows = np.flatnonzero(left)
    if not len(rows):
        raise NoValidHost(trail, hosts=len(table))
    return rows, trail


def _opinions(table: HostTable, ask: Ask, settings: Settings) -> Iterator[tuple[str, np.ndarray]]:
    yield from _destinations(table, ask)
    for name in FORCED_FILTERS if ask.forced else settings.enabled_filters:
        mask = FILTERS[name](table, ask, settings)
        if mask is not None:
            yield name, mask


def _destinations(table: HostTable, ask: Ask) -> Iterator[tuple[str, np.ndarray]]:
    if ask.forced_host:
        yield "ForcedHost", table.mask([ask.forced_host])
    if ask.forced_node:
        yield "ForcedNode", _on_node(table, ask.forced_node)
    if ask.requested_host:
        yield "RequestedHost", table.mask([ask.requested_host])
    if ask.requested_node:
        yield "RequestedNode", _on_node(table, ask.requested_node)
    if ask.excluded_hosts:
        yield "ExcludedHosts", ~table.mask(ask.excluded_hosts)


def _on_node(table: HostTable, node: str) -> np.ndarray:
    return np.array([there == node for there in table.nodes], bool)
