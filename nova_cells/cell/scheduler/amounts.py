# SPDX-License-Identifier: Apache-2.0
"""One resource class over all hosts: what may be claimed, what is, and what is about to be.

`free` is kept up to date by whoever changes the others, so that a filter reads one column.
"""

from __future__ import annotations

import numpy as np


class Amounts:
    """Columns of one resource class; `pending` holds proposals that are not yet committed."""

    def __init__(self, room: int) -> None:
        self.capacity = np.zeros(room, np.int64)
        self.used = np.zeros(room, np.int64)
        self.pending = np.zeros(room, np.int64)
        self.free = np.zeros(room, np.int64)

    def grow(self, room: int) -> None:
        for name in ("capacity", "used", "pending", "free"):
            setattr(self, name, grown(getattr(self, name), room))

    def set(self, row: int, capacity: int, used: int) -> None:
        self.capacity[row] = capacity
        self.used[row] = used
        self._refresh(row)

    def reserve(self, row: int, amount: int) -> None:
        """Add to what is pending; a host that left and came back owes nothing, so never below 0."""
        self.pending[row] = max(0, self.pending[row] + amount)
        self._refresh(row)

    def settle(self, row: int, amount: int) -> None:
        self.used[row] += amount
        self.reserve(row, -amount)

    def _refresh(self, row: int) -> None:
        self.free[row] = self.capacity[row] - self.used[row] - self.pending[row]

    def clear(self, row: int) -> None:
        for column in (self.capacity, self.used, self.pending, self.free):
            column[row] = 0


def grown(column: np.ndarray, room: int) -> np.ndarray:
    """A longer copy of a column, zeros behind."""
    longer = np.zeros(room, column.dtype)
    longer[: len(column)] = column
    return longer
