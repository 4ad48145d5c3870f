# SPDX-License-Identifier: Apache-2.0
"""Time as everything inside counts it: whole microseconds since 1970-01-01T00:00:00Z.

Components take a clock as an argument (`clock: Clock = now`) so that a test can move it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Instant = int
Clock = Callable[[], Instant]

SECOND: Instant = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now() -> Instant:
    """The present moment."""
    return time.time_ns() // 1000


def seconds(amount: float) -> Instant:
    """A length of time given in seconds."""
    return round(amount * SECOND)


def iso(moment: Instant) -> str:
    """As the API writes moments: whole seconds, UTC, with a Z."""
    return (_EPOCH + timedelta(microseconds=moment)).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_datetime(moment: datetime) -> Instant:
    """From a datetime; one without a zone is taken as UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // timedelta(microseconds=1)


class ManualClock:
    """A clock that moves only when told; for tests."""

    def __init__(self, start: Instant = 1_700_000_000 * SECOND) -> None:
        self.moment = start

    def __call__(self) -> Instant:
        return self.moment

    def advance(self, amount: float) -> None:
        """Move forward by `amount` seconds."""
        self.moment += seconds(amount)
