# SPDX-License-Identifier: Apache-2.0
"""Tokens Keystone has vouched for, in this process's memory: bounded, and for a bounded time.

keystonemiddleware's own memory without memcached is a dictionary a thread that grows with every
token and is walked through at each request. This is handed to it where it looks for a cache.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

ENVIRON_KEY = "nova_cells.token_cache"
MOST = 10_000


class TokenCache:
    """The two calls of a memcached client that the middleware makes."""

    def __init__(self, most: int = MOST, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[float, bytes]] = OrderedDict()

    def get(self, key: str) -> bytes | None:
        """What was set and is not too old."""
        with self._lock:
            until, value = self._known.get(key, (0.0, b""))
            if until <= self._clock():
                self._known.pop(key, None)
                return None
            self._known.move_to_end(key)
            return value

    def set(self, key: str, value: bytes, time: int = 0) -> None:
        """Keep it for `time` seconds, or until there are too many that were asked for later."""
        with self._lock:
            self._known[key] = (self._clock() + time, value)
            self._known.move_to_end(key)
            while len(self._known) > self._most:
                self._known.popitem(last=False)
