# SPDX-License-Identifier: Apache-2.0
"""Where a conductor does service steps: the works of a step at once, on a few threads.

What is in hand here is ours as long as its lease is renewed and nobody has moved the operation: a
work asks before each request that changes something. Only the journal knows what is to be done; a
desk that dies has nothing to leave behind.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import partial

from nova_cells.cell.conductor.service_work import outcomes
from nova_cells.cell.conductor.service_work.task import LeaseLost, ServiceTask, Surroundings
from nova_cells.cell.conductor.service_work.threads import Job, Threads
from nova_cells.cell.conductor.service_work.undertaking import Undertaking
from nova_cells.contracts import Outcome
from nova_cells.journal.store import JournalStore
from nova_cells.journal.turn import Errand
from nova_cells.objects import StepResult, WorkReport
from nova_cells.runtime import context, crash
from nova_cells.runtime.clock import seconds
from nova_cells.runtime.db import Database, DatabaseFault
from nova_cells.runtime.periodic import Periodic

LOG = logging.getLogger(__name__)
INTERVAL = 1.0
WAIT_SLICE = 1.0


class Desk:
    """A service. `lease` in microseconds; `report` takes a `WorkReport`; `put` has a job done."""

    def __init__(
        self,
        database: Database,
        store: JournalStore,
        around: Surroundings,
        *,
        report: Callable[[WorkReport], None],
        lease: int,
        threads: int,
        clock: Callable[[], int],
        put: Callable[[Job], None] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._database = database
        self._store = store
        self._around = around
        self._report = report
        self._lease = lease
        self._clock = clock
        self._sleep = sleep
        self._threads = Threads(threads, "services")
        self._put = put or self._threads.put
        self._lock = threading.Lock()
        self._in_hand: dict[str, Undertaking] = {}
        self._untold: list[tuple[Undertaking, WorkReport]] = []
        self._rounds = Periodic("services", INTERVAL, self.round)

    def start(self) -> None:
        self._rounds.start()

    def stop(self) -> None:
        """What is in hand ends before its next request; another conductor goes on with it."""
        self._rounds.stop()
        with self._lock:
            for undertaking in self._in_hand.values():
                undertaking.lost = True
        self._threads.stop()

    def serve(self, errand: Errand) -> None:
        """Take a service step in hand; what it overrides here ends first."""
        new = Undertaking.of(errand, self._clock() + self._lease)
        with self._lock:
            known = self._in_hand.get(new.operation)
            if known is not None and known.goes_on_as(new):
                return
            for operation in (new.operation, *errand.record.arguments.get("supersedes", ())):
                if (before := self._in_hand.get(operation)) is not None:
                    before.lost = True
                    before.after.append(new)
                    new.blockers += 1
            if new.blockers == 0:
                self._in_hand[new.operation] = new
        if new.blockers == 0:
            self._begin(new)

    def round(self) -> None:
        """Tell what could not be told, and have longer for what takes long."""
        with self._lock:
            untold, self._untold = self._untold, []
            now = self._clock()
            long = [each for each in self._in_hand.values() if each.wants_renewal(now, self._lease)]
        for undertaking, report in untold:
            self._tell(undertaking, report)
        for undertaking in long:
            self._renew(undertaking)

    def _begin(self, undertaking: Undertaking) -> None:
        task = self._task(undertaking)
        for name in undertaking.works:
            self._put(partial(self._work, undertaking, name, task))

    def _task(self, undertaking: Undertaking) -> ServiceTask:
        return undertaking.task(
            self._around, partial(self._ours, undertaking), partial(self._wait, undertaking)
        )

    def _work(self, undertaking: Undertaking, name: str, task: ServiceTask) -> None:
        with context.use(undertaking.asked):
            crash.reach(f"service:before:{name}")
            outcome = outcomes.attempt(name, task)
            crash.reach(f"service:after:{name}")
        with self._lock:
            undertaking.outcomes[name] = outcome
            if len(undertaking.outcomes) < len(undertaking.works):
                return
            freed = self._out_of_hand(undertaking)
        for each in freed:
            self._begin(each)
        whole = outcomes.together({**undertaking.kept, **undertaking.outcomes})
        if not undertaking.lost and whole.outcome != outcomes.LOST:
            self._tell(undertaking, self._told(undertaking, whole))

    def _out_of_hand(self, undertaking: Undertaking) -> list[Undertaking]:
        """It is over; answers what waited for it and can begin."""
        if self._in_hand.get(undertaking.operation) is undertaking:
            del self._in_hand[undertaking.operation]
        freed = []
        for each in undertaking.after:
            each.blockers -= 1
            if each.blockers == 0 and not each.lost:
                self._in_hand[each.operation] = each
                freed.append(each)
        return freed

    def _told(self, undertaking: Undertaking, whole: outcomes.WorkOutcome) -> WorkReport:
        result = StepResult(
            position=undertaking.position,
            undo=undertaking.undo,
            outcome=outcomes.FAILED if whole.outcome == outcomes.LATER else whole.outcome,
            facts=whole.facts,
            message=whole.message,
            details=whole.details,
            started_at=undertaking.started_at,
            finished_at=self._clock(),
        )
        return WorkReport(
            operation=undertaking.operation,
            generation=undertaking.generation,
            attempt=undertaking.attempt,
            host="",
            uuid=undertaking.uuid,
            results=[result],
        )

    def _tell(self, undertaking: Undertaking, report: WorkReport) -> None:
        """Until its lease ends: after that somebody is asked anew."""
        try:
            self._report(report)
        except (DatabaseFault, Outcome) as fault:
            if self._clock() < undertaking.leased_until:
                with self._lock:
                    self._untold.append((undertaking, report))
            LOG.warning("a report of %s is not taken: %s", undertaking.operation, fault)

    def _renew(self, undertaking: Undertaking) -> None:
        now = self._clock()
        until = now + self._lease
        operation, generation = undertaking.operation, undertaking.generation
        work = partial(
            self._store.renew, operation=operation, generation=generation, now=now, wake_at=until
        )
        if self._database.write(work):
            undertaking.leased_until = until
        elif undertaking.generation == generation:
            undertaking.lost = True

    def _ours(self, undertaking: Undertaking) -> None:
        operation, generation = undertaking.operation, undertaking.generation
        if not undertaking.lost and self._clock() < undertaking.leased_until:
            if self._database.read(lambda c: self._store.is_newest(c, operation, generation)):
                return
            if undertaking.generation != generation:  # asked for anew just now, here
                return
        undertaking.lost = True
        raise LeaseLost(operation)

    def _wait(self, undertaking: Undertaking, amount: float) -> None:
        until = self._clock() + seconds(amount)
        while (left := until - self._clock()) > 0:
            if undertaking.lost:
                raise LeaseLost(undertaking.operation)
            self._sleep(min(left / seconds(1), WAIT_SLICE))
