# SPDX-License-Identifier: Apache-2.0
"""The points at which a life may end, counted by name; runs inside the process that is to die.

Signs of life and summaries go on by themselves and are no part of the work: their calls are left
out, so that the n-th visit of a point means much the same in every run.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from nova_cells.runtime import crash

NOISE = (
    "conductor.beat",
    "conductor.register",
    "conductor.confirm",
    "facts.facts",
    "cell.facts",
    "cell.put_bundle",
)


@dataclass(frozen=True)
class Point:
    """The `visit`th time `label` is reached."""

    label: str
    visit: int

    def __str__(self) -> str:
        return f"{self.label}@{self.visit}"


class Visits:
    """The hook: remembers what is reached, and dies at `fatal`."""

    def __init__(self, fatal: Point | None = None) -> None:
        self._lock = threading.Lock()
        self._order: list[Point] = []
        self._counts: dict[str, int] = {}
        self.fatal = fatal

    def begin(self, fatal: Point | None = None) -> None:
        """Count from here on."""
        with self._lock:
            self._order, self._counts, self.fatal = [], {}, fatal

    def reached(self) -> list[Point]:
        """What was reached, in order."""
        with self._lock:
            return list(self._order)

    def __call__(self, label: str) -> None:
        if label.endswith(NOISE):
            return
        with self._lock:
            self._counts[label] = self._counts.get(label, 0) + 1
            point = Point(label, self._counts[label])
            self._order.append(point)
            if point == self.fatal:
                crash.die()
