# SPDX-License-Identifier: Apache-2.0
"""A bounded number of threads that do what is put before them; none before there is work.

They end with the process, in the middle of a request too: whoever stops does not wait for others.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

Job = Callable[[], None]


class Threads:
    """`put` never waits."""

    def __init__(self, number: int, name: str) -> None:
        self._number = number
        self._name = name
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._running = 0
        self._idle = 0

    def put(self, job: Job) -> None:
        """Have it done by the next thread that is free."""
        with self._lock:
            if not self._idle and self._running < self._number:
                self._running += 1
                name = f"{self._name} {self._running}"
                threading.Thread(target=self._run, name=name, daemon=True).start()
            else:
                self._idle = max(self._idle - 1, 0)
        self._jobs.put(job)

    def stop(self) -> None:
        """Each thread ends after the job it has; what was not begun is dropped."""
        with self._lock:
            while not self._jobs.empty():
                self._jobs.get()
            for _ in range(self._running):
                self._jobs.put(None)
            self._running = self._idle = 0

    def _run(self) -> None:
        while True:
            job = self._jobs.get()
            if job is None:
                return
            job()
            with self._lock:
                self._idle += 1
