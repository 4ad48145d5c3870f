# SPDX-License-Identifier: Apache-2.0
"""The threads that hand wishes to cells: accepted here, or left behind by another."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence

from nova_cells.global_api.cells import CellDirectory
from nova_cells.global_api.router.hand_over import HandOver
from nova_cells.global_api.router.job import Job
from nova_cells.global_api.router.ownership import Ownership
from nova_cells.runtime.periodic import Periodic

LOG = logging.getLogger(__name__)

Task = Callable[[], None]


class Dispatcher:
    """A pool of threads. What is lost with the process, a router finds by its lease."""

    def __init__(self, hand_over: HandOver, ownership: Ownership, *, threads: int) -> None:
        self.owner = ownership.owner
        self._hand_over = hand_over
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work, name=f"dispatch-{number}", daemon=True)
            for number in range(threads)
        ]

    def submit(self, jobs: Sequence[Job]) -> None:
        """Begin accepted wishes: one call a cell."""
        by_cell: dict[str | None, list[Job]] = {}
        for job in jobs:
            by_cell.setdefault(job.cell_uuid, []).append(job)
        for group in by_cell.values():
            self._tasks.put(lambda group=group: self._hand_over.begin(group))  # type: ignore[misc]

    def resume(self, uuid: str) -> None:
        """Take over a request another process left."""
        self._tasks.put(lambda: self._hand_over.resume(uuid))

    @property
    def waiting(self) -> int:
        """How much is queued."""
        return self._tasks.qsize()

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End after the work in hand; what is queued is found by its lease."""
        while not self._tasks.empty():
            try:
                self._tasks.get_nowait()
            except queue.Empty:
                break
        for _thread in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            if thread.is_alive():
                thread.join(2.0)

    def _work(self) -> None:
        while True:
            task = self._tasks.get()
            if task is None:
                return
            try:
                task()
            except Exception:  # a process loop: the thread must take the next wish
                LOG.exception("Handing over failed; it is tried again when its lease is over")


class Recovery:
    """A router's search for wishes whose owner has gone."""

    def __init__(
        self,
        ownership: Ownership,
        directory: CellDirectory,
        dispatcher: Dispatcher,
        *,
        interval: float,
        batch: int = 32,
    ) -> None:
        self._ownership = ownership
        self._directory = directory
        self._dispatcher = dispatcher
        self._batch = batch
        self._loop = Periodic("build-recovery", interval, self.round)

    def start(self) -> None:
        self._loop.start()

    def stop(self) -> None:
        self._loop.stop()

    def kick(self) -> None:
        """Something was given back: look now."""
        self._loop.kick()

    def round(self) -> None:
        """Queue what is due. One that is queued twice is taken once."""
        if self._dispatcher.waiting >= self._batch:
            return
        self._ownership.release_dead()
        silent = [cell.uuid for cell in self._directory.all() if not cell.answers]
        for uuid in self._ownership.due(silent, self._batch):
            self._dispatcher.resume(uuid)
