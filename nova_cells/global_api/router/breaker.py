# SPDX-License-Identifier: Apache-2.0
"""Stops asking a peer that does not answer; one caller at a time may try whether it is back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Breaker:
    """Closed: all calls pass. Open: none, until a pause is over; then one probe decides."""

    def __init__(
        self,
        *,
        failures: int = 2,
        pause: float = 0.5,
        longest: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._allowed_failures = failures
        self._first_pause = pause
        self._longest = longest
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._pause = pause
        self._open_until: float | None = None

    @property
    def closed(self) -> bool:
        return self._open_until is None

    @property
    def doubtful(self) -> bool:
        """Whether the last thing it was asked was not answered."""
        return self._failures > 0

    def allow(self) -> bool:
        """Whether a call may be made now. True on an open breaker makes the caller its probe."""
        if self._open_until is None:
            return True
        with self._lock:
            if self._open_until is None:
                return True
            moment = self._clock()
            if moment < self._open_until:
                return False
            self._open_until = moment + self._pause
            return True

    def succeeded(self) -> None:
        """The peer answered; what it said does not matter."""
        if self._failures == 0 and self._open_until is None:
            return
        with self._lock:
            self._failures = 0
            self._pause = self._first_pause
            self._open_until = None

    def trip(self) -> None:
        """It was asked for the sake of it, and did not answer: that is enough."""
        with self._lock:
            self._failures = max(self._failures, self._allowed_failures - 1)
        self.failed()

    def failed(self) -> None:
        """The peer did not answer."""
        with self._lock:
            self._failures += 1
            if self._failures < self._allowed_failures:
                return
            if self._open_until is not None:
                self._pause = min(self._pause * 2, self._longest)
            self._open_until = self._clock() + self._pause
