# SPDX-License-Identifier: Apache-2.0
"""Small numbers for values that many hosts share, so that a column can hold them.

A filter judges each distinct value once and spreads the verdicts by code. A code is given back when
its last holder leaves and may then name another value: keep none beyond the table's lock.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

import numpy as np

Value = TypeVar("Value", bound=Hashable)


class Interned(Generic[Value]):
    """Values by code, counted by holder; `version` grows whenever a code gets another value."""

    def __init__(self) -> None:
        self.values: list[Value | None] = []
        self.version = 0
        self._codes: dict[Value, int] = {}
        self._holders: list[int] = []
        self._free: list[int] = []
        self._columns: dict[Any, np.ndarray] = {}
        self._columns_version = -1

    def take(self, value: Value) -> int:
        """The code of `value`, held once more."""
        code = self._codes.get(value)
        if code is None:
            code = self._codes[value] = self._place(value)
        self._holders[code] += 1
        return code

    def give_back(self, code: int) -> None:
        """Hold `code` once less; the last holder frees it."""
        self._holders[code] -= 1
        if not self._holders[code]:
            del self._codes[self.values[code]]  # type: ignore[arg-type]
            self.values[code] = None
            self._free.append(code)

    def code_of(self, value: Value) -> int:
        """The code of a value some host has, else -1."""
        return self._codes.get(value, -1)

    def live(self) -> list[Value]:
        """The values that are held now."""
        return list(self._codes)

    def column(self, key: Hashable, judge: Callable[[Value], Any], dtype: Any) -> np.ndarray:
        """`judge` of each value by code; kept under `key` until the values change.

        `judge` must depend on `key` and the value only.
        """
        if self._columns_version != self.version:
            self._columns.clear()
            self._columns_version = self.version
        column = self._columns.get(key)
        if column is None:
            column = self._columns[key] = self.judged(judge, dtype)
        return column

    def judged(self, judge: Callable[[Value], Any], dtype: Any) -> np.ndarray:
        """`judge` of each value by code."""
        column = np.zeros(len(self.values), dtype)
        for value, code in self._codes.items():
            column[code] = judge(value)
        return column

    def _place(self, value: Value) -> int:
        self.version += 1
        if self._free:
            code = self._free.pop()
            self.values[code] = value
            return code
        self.values.append(value)
        self._holders.append(0)
        return len(self.values) - 1
