# SPDX-License-Identifier: Apache-2.0
"""Puts work in order: one piece at a time for one instance, many instances side by side.

What a newer operation supersedes is dropped while it waits and told to stop while it runs; the same
work asked for again while it is in hand is not done twice.
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from nova_cells.cell.compute.workers import Workers
from nova_cells.objects import HostWork
from nova_cells.runtime.context import RequestContext, current


@dataclass(eq=False)
class Job:
    """One piece of work in hand. `cancelled` and `wishes` are looked at while it runs.

    `wishes` are the arguments of the newest asking for it; `numbers` say how far it is. One that
    `lasts` has workers of its own.
    """

    work: HostWork
    context: RequestContext | None = None
    cancelled: bool = False
    lasts: bool = False
    submitted: bool = False
    started: bool = False
    wishes: dict[str, Any] = field(default_factory=dict)
    numbers: dict[str, Any] = field(default_factory=dict)

    def is_same(self, work: HostWork) -> bool:
        """Asked for again, by a conductor that thought it lost."""
        mine = self.work
        return (
            mine.operation == work.operation
            and mine.attempt == work.attempt
            and mine.steps == work.steps
        )


@dataclass(eq=False)
class Lane:
    """The work of one instance: the first is running."""

    jobs: deque[Job] = field(default_factory=deque)


class Executor:
    """`perform` does one job; `repeated` hears of work asked for again while it runs.

    `lasts` says which work takes so long that the other workers must not wait for it; `travellers`
    do it.
    """

    def __init__(
        self,
        perform: Callable[[Job], None],
        repeated: Callable[[HostWork], None],
        *,
        name: str,
        workers: int,
        lasts: Callable[[HostWork], bool] = lambda _work: False,
        travellers: int = 1,
    ) -> None:
        self._perform = perform
        self._repeated = repeated
        self._lasts = lasts
        self._workers = Workers(name, workers)
        self._travellers = Workers(f"{name} lasting", travellers)
        self._lock = threading.Lock()
        self._lanes: dict[tuple[str, str], Lane] = {}
        self._held: set[tuple[str, str]] = set()
        self._stopping = False

    def submit(self, work: HostWork) -> None:
        """Take work in; returns at once."""
        key = (work.host, work.machine.uuid)
        with self._lock:
            if self._stopping:
                return
            lane = self._lanes.setdefault(key, Lane())
            self._cancel(lane, work)
            if lane.jobs:
                self._start(key, lane.jobs[0])
            if self._join(lane, work):
                return
            lasts = self._lasts(work)
            lane.jobs.append(Job(work, current(), wishes=work.arguments, lasts=lasts))
            self._start(key, lane.jobs[0])

    def in_hand(self) -> dict[str, set[str]]:
        """Host → operations waiting or running."""
        found: dict[str, set[str]] = defaultdict(set)
        with self._lock:
            for (host, _), lane in self._lanes.items():
                found[host].update(job.work.operation for job in lane.jobs)
        return found

    def numbers(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Host → operation → how far it is, of those that tell."""
        found: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
        with self._lock:
            for (host, _), lane in self._lanes.items():
                if lane.jobs and lane.jobs[0].numbers:
                    found[host][lane.jobs[0].work.operation] = lane.jobs[0].numbers
        return found

    def busy(self, host: str) -> set[str]:
        """Instances of a host that have work in hand."""
        with self._lock:
            return {uuid for name, uuid in self._lanes if name == host}

    def undisturbed(self, host: str, uuid: str, act: Callable[[], None]) -> None:
        """Do `act` unless the instance has work in hand; work that comes meanwhile waits for it."""
        key = (host, uuid)
        with self._lock:
            if key in self._lanes or key in self._held:
                return
            self._held.add(key)
        try:
            act()
        finally:
            with self._lock:
                self._held.discard(key)
                if lane := self._lanes.get(key):
                    self._start(key, lane.jobs[0])

    def stop(self, timeout: float) -> None:
        """Drop what waits; give what runs `timeout` seconds. Conductors will ask again."""
        with self._lock:
            self._stopping = True
            for lane in self._lanes.values():
                while len(lane.jobs) > 1:
                    lane.jobs.pop()
        self._workers.stop(timeout)
        self._travellers.stop(timeout)

    @staticmethod
    def _cancel(lane: Lane, work: HostWork) -> None:
        for job in list(lane.jobs):
            if not _displaces(work, job.work):
                continue
            job.cancelled = True
            waits = job.lasts and not job.started
            if waits or job is not lane.jobs[0]:
                lane.jobs.remove(job)

    def _join(self, lane: Lane, work: HostWork) -> bool:
        for job in lane.jobs:
            if job.is_same(work) and not job.cancelled:
                if work.generation > job.work.generation:
                    job.wishes = work.arguments
                if job is lane.jobs[0]:
                    self._repeated(work)
                elif work.generation > job.work.generation:
                    job.work = work
                return True
        return False

    def _start(self, key: tuple[str, str], job: Job) -> None:
        """Hand the first of a lane to a worker, once."""
        if not job.submitted and key not in self._held:
            job.submitted = True
            workers = self._travellers if job.lasts else self._workers
            workers.submit(lambda: self._drive(key, job))

    def _drive(self, key: tuple[str, str], job: Job) -> None:
        with self._lock:
            lane = self._lanes.get(key)
            if lane is None or not lane.jobs or lane.jobs[0] is not job:
                return  # displaced while it waited for a worker
            job.started = True
        try:
            self._perform(job)
        except Exception:
            self._advance(key)
            raise
        self._advance(key)

    def _advance(self, key: tuple[str, str]) -> None:
        with self._lock:
            lane = self._lanes[key]
            lane.jobs.popleft()
            if not lane.jobs:
                del self._lanes[key]
                return
            self._start(key, lane.jobs[0])


def _displaces(work: HostWork, other: HostWork) -> bool:
    """Whether `other` is no longer wanted once `work` has come: superseded, or to be undone."""
    if other.operation in work.supersedes:
        return True
    undoes = any(step.get("undo") for step in work.steps)
    newer = other.operation == work.operation and work.generation > other.generation
    return undoes and newer and not any(step.get("undo") for step in other.steps)
