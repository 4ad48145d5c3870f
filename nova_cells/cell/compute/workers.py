# SPDX-License-Identifier: Apache-2.0
"""A bounded pool of daemon threads, started on demand.

Not `concurrent.futures`: that one keeps a process from ending while a hypervisor call hangs.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable

LOG = logging.getLogger(__name__)

Job = Callable[[], None]


class Workers:
    """Runs jobs on at most `size` threads, in order of arrival."""

    def __init__(self, name: str, size: int) -> None:
        self._name = name
        self._size = size
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._free = 0

    def submit(self, job: Job) -> None:
        """Have `job` done."""
        with self._lock:
            if self._free > 0:
                self._free -= 1
            elif len(self._threads) < self._size:
                self._add_thread()
        self._jobs.put(job)

    def stop(self, timeout: float) -> None:
        """Let jobs under way end within `timeout`; what hangs is left behind."""
        with self._lock:
            threads = list(self._threads)
        for _ in threads:
            self._jobs.put(None)
        for thread in threads:
            thread.join(timeout / max(1, len(threads)))

    def _add_thread(self) -> None:
        name = f"{self._name}-{len(self._threads)}"
        thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except Exception:  # a process loop: the worker must take the next job
                LOG.exception("work ended unexpectedly; it is repeated when it is asked for again")
            with self._lock:
                self._free += 1
