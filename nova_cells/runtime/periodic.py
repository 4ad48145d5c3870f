# SPDX-License-Identifier: Apache-2.0
"""A function called again and again on a thread of its own, until stopped; the process's one loop.

It logs what the function raises and goes on: nothing a round does may end the rounds to come.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable

from nova_cells.runtime.database_fault import DatabaseFault

LOG = logging.getLogger(__name__)


class Periodic:
    """Calls `function` every `interval` seconds, or sooner when kicked.

    `jitter` is a share of the interval by which rounds differ, so that processes started together
    do not stay in step.
    """

    def __init__(
        self, name: str, interval: float, function: Callable[[], object], *, jitter: float = 0.1
    ) -> None:
        self.name = name
        self.interval = interval
        self._function = function
        self._jitter = jitter
        self._wake = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; the first round comes at once."""
        self._stopping = False
        self._wake.set()
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()

    def kick(self) -> None:
        """Have a round as soon as possible; kicks during a round add up to one more."""
        self._wake.set()

    def stop(self, timeout: float = 5.0) -> None:
        """End after the round under way."""
        self._stopping = True
        self._wake.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def _run(self) -> None:
        while True:
            self._wake.wait(self.interval * (1 + random.uniform(-self._jitter, self._jitter)))
            if self._stopping:
                return
            self._wake.clear()
            try:
                self._function()
            except DatabaseFault as fault:
                LOG.warning("a round of %s failed: %s", self.name, fault)
            except Exception:  # a process loop: the next round must come
                LOG.exception("a round of %s failed", self.name)
