# SPDX-License-Identifier: Apache-2.0
"""Leaves a service alone that keeps failing: a thread that waits for it waits for nothing.

It opens after so many failures in a row, or when too many of the latest requests failed: a service
that answers every other time is not well either. After a pause one request is let through; by its
luck the service is asked again, or left alone for another pause. A refusal (404, 409 …) is an
answer and counts as luck.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

LATEST = 60.0  # seconds; what was longer ago says nothing of how the service is


@dataclass(frozen=True)
class Limits:
    """`failures` in a row, or a `share` of the latest `requests`, open it for `pause` seconds."""

    failures: int = 5
    pause: float = 5.0
    share: float = 0.5
    requests: int = 20


class Breaker:
    """One for each service in a process; every request passes `closed_for` and reports back."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._lock = threading.Lock()
        self._in_a_row = 0
        self._latest: deque[tuple[float, bool]] = deque(maxlen=limits.requests)
        self._until: float | None = None
        self._trying = False
        self.opened = 0
        self.turned_away = 0

    @property
    def is_open(self) -> bool:
        """Whether it has failed too often and has not answered since."""
        return self._until is not None

    @property
    def state(self) -> str:
        """closed, open, or half_open: somebody finds out, or may, whether it is back."""
        until = self._until
        if until is None:
            return "closed"
        return "half_open" if self._trying or until <= self._clock() else "open"

    def closed_for(self) -> float:
        """Seconds this request has to stay away; 0: go, and say how it went."""
        with self._lock:
            if self._until is None:
                return 0.0
            left = self._until - self._clock()
            if left > 0:
                self.turned_away += 1
                return left
            self._trying = True
            self._until = self._clock() + self._limits.pause  # the others wait for this one
            return 0.0

    def answered(self) -> None:
        """Whatever it said, it is there."""
        with self._lock:
            self._in_a_row = 0
            if self._until is None:
                self._latest.append((self._clock(), False))
            else:
                self._latest.clear()
            self._until, self._trying = None, False

    def failed(self) -> None:
        """No answer, or one that says it is broken."""
        with self._lock:
            self._in_a_row += 1
            self._latest.append((self._clock(), True))
            if self._until is not None or self._is_too_much():
                self.opened += self._until is None
                self._until, self._trying = self._clock() + self._limits.pause, False

    def _is_too_much(self) -> bool:
        limits = self._limits
        if self._in_a_row >= limits.failures:
            return True
        since = self._clock() - LATEST
        recent = [failed for moment, failed in self._latest if moment >= since]
        return len(recent) == limits.requests and sum(recent) >= limits.share * limits.requests
