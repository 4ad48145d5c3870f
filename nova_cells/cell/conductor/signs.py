# SPDX-License-Identifier: Apache-2.0
"""Signs of life of hosts, and whether their absence means anything.

A conductor hears a part of the beats itself and reads the rest from the database. One that has just
started, or slept (a stopped process, a database or a broker away), knows nothing about the time
before: it judges nobody down until hosts have had the full time to be heard again.
"""

from __future__ import annotations

from collections.abc import Callable

from nova_cells.runtime.clock import seconds

SHORTEST_SLEEP = 3.0


class Signs:
    """`down_after` in seconds."""

    def __init__(self, *, down_after: float, clock: Callable[[], int]) -> None:
        self._down_after = seconds(down_after)
        self._sleep = max(seconds(SHORTEST_SLEEP), self._down_after // 2)
        self._clock = clock
        self._seen: dict[str, int] = {}
        self._awake_since = self._heard_at = clock()

    def alive(self, name: str, *, was: bool) -> bool:
        """Heard of lately; or it `was` alive, and nothing else can be said yet."""
        now = self._clock()
        if now - self.newest(name) <= self._down_after:
            return True
        dozing = now - self._heard_at > self._sleep
        return was and (dozing or now - self._awake_since <= self._down_after)

    def newest(self, name: str) -> int:
        return self._seen.get(name, 0)

    def saw(self, name: str, moment: int) -> None:
        self._seen[name] = max(self._seen.get(name, 0), moment)

    def hear(self, beats: dict[str, int]) -> None:
        """Everything the database has; to be called every few seconds while the bus works."""
        now = self._clock()
        if now - self._heard_at > self._sleep:
            self._awake_since = now
        self._heard_at = now
        for name, moment in beats.items():
            self.saw(name, moment)

    def forget(self, name: str) -> None:
        self._seen.pop(name, None)
