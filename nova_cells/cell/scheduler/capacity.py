# SPDX-License-Identifier: Apache-2.0
"""What a cell says of its room: hosts that are up, counted by zone, traits and free resources.

The document stays small whatever the number of hosts: with many different amounts they are rounded
down to a few significant bits, so that a summary never promises what no host has.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nova_cells.cell.scheduler.host_row import DISK_GB, MEMORY_MB, VCPU
from nova_cells.cell.scheduler.host_table import HostTable

MOST_SHAPES = 512
KEPT_BITS = (16, 6, 5, 4, 3, 2, 1)


def capacity_shapes(table: HostTable) -> list[dict[str, Any]]:
    """The `capacity` of CellFacts: list of {"zone", "traits", "shapes"}."""
    with table.lock:
        rows = np.flatnonzero(table.present & table.enabled & table.up)
        free = [np.maximum(table.free(name)[rows], 0) for name in (VCPU, MEMORY_MB, DISK_GB)]
        places = (table.zone[rows].astype(np.int64) << 32) | table.trait_set[rows]
        first, counts, shapes = _counted(places, free)
        groups: dict[int, list[dict[str, int]]] = {}
        for at, count, vcpus, memory_mb, disk_gb in zip(
            first.tolist(), counts.tolist(), *(column.tolist() for column in shapes), strict=True
        ):
            shape = {
                "vcpus": vcpus,
                "memory_mb": memory_mb,
                "disk_gb": disk_gb,
                "count": count,
            }
            groups.setdefault(int(places[at]), []).append(shape)
        return [_group(table, place, shapes) for place, shapes in sorted(groups.items())]


def _counted(
    places: np.ndarray, free: list[np.ndarray]
) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """One member of each group of equal hosts, the groups' sizes and shapes."""
    for bits in KEPT_BITS:
        shapes = [_rounded(column, bits) for column in free]
        _, first, counts = np.unique(_mixed(places, *shapes), return_index=True, return_counts=True)
        if len(first) <= MOST_SHAPES:
            break
    return first, counts, [column[first] for column in shapes]


def _rounded(column: np.ndarray, bits: int) -> np.ndarray:
    """Rounded down to `bits` significant bits."""
    length = np.frexp(column.astype(np.float64))[1].astype(np.int64)
    shift = np.maximum(length - bits, 0)
    return (column >> shift) << shift


def _mixed(*columns: np.ndarray) -> np.ndarray:
    """One number for each row; equal rows have equal numbers, others (all but surely) do not."""
    mixed = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        mixed = (mixed ^ column.astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return mixed


def _group(table: HostTable, place: int, shapes: list[dict[str, int]]) -> dict[str, Any]:
    return {
        "zone": table.zones.values[place >> 32],
        "traits": sorted(table.trait_sets.values[place & 0xFFFFFFFF] or ()),
        "shapes": shapes,
    }
