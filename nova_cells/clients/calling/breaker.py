# SPDX-License-Identifier: Apache-2.0
"""Leaves a service alone that keeps failing: a thread that waits for it waits for nothing.

After a pause one request is let through; by its luck the service is asked again, or left alone for
another pause. A refusal (404, 409 …) is an answer and counts as luck.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Breaker:
    """One for each service in a process; every request passes `closed_for` and reports back."""

    def __init__(
        self, failures: int, pause: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = failures
        self._pause = pause
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._until = 0.0
        self.opened = 0

    @property
    def is_open(self) -> bool:
        """Whether it has failed too often and has not answered since."""
        return self._failures >= self._most

    def closed_for(self) -> float:
        """Seconds this request has to stay away; 0: go, and say how it went."""
        with self._lock:
            if not self.is_open:
                return 0.0
            left = self._until - self._clock()
            if left > 0:
                return left
            self._until = self._clock() + self._pause  # this one tries, the others wait for it
            return 0.0

    def answered(self) -> None:
        """Whatever it said, it is there."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """No answer, or one that says it is broken."""
        with self._lock:
            self._failures += 1
            if self.is_open:
                self.opened += self._failures == self._most
                self._until = self._clock() + self._pause
