# SPDX-License-Identifier: Apache-2.0
"""Documents of another service, believed for some seconds: whoever needs them newer asks it."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Remembered(Generic[Key, Value]):
    """`kept`: seconds. The oldest are forgotten beyond `most`. For any number of threads."""

    def __init__(
        self, kept: float, most: int = 10_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._kept = kept
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._known: OrderedDict[Key, tuple[float, Value]] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        """None where nothing is known, or only what was true too long ago."""
        with self._lock:
            until, value = self._known.get(key, (0.0, None))
        return value if self._clock() < until else None

    def put(self, key: Key, value: Value) -> None:
        with self._lock:
            self._known[key] = (self._clock() + self._kept, value)
            self._known.move_to_end(key)
            while len(self._known) > self._most:
                self._known.popitem(last=False)

    def forget(self, key: Key) -> None:
        with self._lock:
            self._known.pop(key, None)
