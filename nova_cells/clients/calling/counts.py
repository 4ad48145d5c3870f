# SPDX-License-Identifier: Apache-2.0
"""What a process has asked of a service: how many requests, how they went, how long they took."""

from __future__ import annotations

import threading
from collections import Counter


class Counts:
    """Numbers that only grow; the one open gauge is the breaker's own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, str]] = Counter()
        self._seconds = 0.0

    def add(self, method: str, outcome: str, seconds: float) -> None:
        """One request that went out; `outcome` is a status, or the name of a fault."""
        with self._lock:
            self._requests[method, outcome] += 1
            self._seconds += seconds

    def requests(self) -> dict[tuple[str, str], int]:
        """(method, outcome) → how many."""
        with self._lock:
            return dict(self._requests)

    @property
    def seconds(self) -> float:
        """Spent waiting for answers, in all."""
        return self._seconds
