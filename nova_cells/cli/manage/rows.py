# SPDX-License-Identifier: Apache-2.0
"""Answers as cliff wants them: columns and values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nova_cells.global_api.cell_registry import CellEntry

Record = tuple[Sequence[str], Sequence[object]]
Table = tuple[Sequence[str], Iterable[Sequence[object]]]

_CELL = ("UUID", "Name", "Enabled", "Transport", "State", "Rules")


def cell(entry: CellEntry) -> Record:
    """One cell, its password masked."""
    return _CELL, (
        entry.uuid,
        entry.name,
        entry.enabled,
        entry.transport,
        entry.state,
        str(entry.rules),
    )


def cells(entries: Iterable[CellEntry]) -> Table:
    """Many."""
    return _CELL, [cell(entry)[1] for entry in entries]
