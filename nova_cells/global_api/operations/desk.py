# SPDX-License-Identifier: Apache-2.0
"""Where a router does the service steps of global operations, each on a thread of a few.

It remembers only what is in hand here. What dies with it is asked for again, of any router, when
its lease is over; so a work takes no longer than a call to a cell.
"""

from __future__ import annotations

import copy
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from nova_cells.contracts import Outcome, Refused
from nova_cells.global_api.operations.work import GlobalTask, NotYet, Surroundings, WorkRefused
from nova_cells.global_api.operations.works import works
from nova_cells.journal.record import Record
from nova_cells.journal.turn import Errand
from nova_cells.journal.waiting import AGAIN_IN
from nova_cells.objects import StepResult, WorkReport
from nova_cells.runtime import crash
from nova_cells.runtime.clock import seconds
from nova_cells.runtime.context import RequestContext, use
from nova_cells.runtime.db import DatabaseFault

LOG = logging.getLogger(__name__)
Job = Callable[[], None]
MISHAP = "Something went wrong between the cells of this cloud."


class Desk:
    """`report` takes a `WorkReport`; `put` has a job done."""

    def __init__(
        self,
        around: Surroundings,
        *,
        report: Callable[[WorkReport], None],
        threads: int,
        put: Callable[[Job], Any] | None = None,
    ) -> None:
        self._around = around
        self._report = report
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="between cells")
        self._put = put or self._pool.submit
        self._lock = threading.Lock()
        self._in_hand: set[str] = set()

    def stop(self) -> None:
        """What is in hand may end; what is not begun another router does."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def serve(self, errand: Errand) -> None:
        """Have the works of a step done, unless the operation is in hand here already."""
        record = errand.record
        with self._lock:
            if record.id in self._in_hand:
                return
            self._in_hand.add(record.id)
        snapshot = copy.deepcopy(record)
        self._put(partial(self._work, snapshot, errand.steps[0][0], errand.undo, errand.works))

    def _work(self, record: Record, position: int, undo: bool, names: tuple[str, ...]) -> None:
        try:
            with use(_context(record)):
                result = self._attempt(record, names)
        finally:
            with self._lock:
                self._in_hand.discard(record.id)
        result.position, result.undo = position, undo
        report = WorkReport(
            operation=record.id,
            generation=record.generation,
            attempt=record.attempt,
            host="",
            uuid=record.subject,
            results=[result],
        )
        try:
            self._report(report)
        except (DatabaseFault, Outcome) as fault:
            LOG.warning("a report of %s is not taken: %s", record.id, fault)

    def _attempt(self, record: Record, names: tuple[str, ...]) -> StepResult:
        began = self._around.clock()
        task = GlobalTask(
            self._around,
            record.id,
            record.subject,
            record.attempt,
            record.arguments,
            record.started_at,
        )
        facts: dict[str, Any] = {}
        for name in names:
            crash.reach(f"global:before:{name}")
            told = _outcome(name, task)
            crash.reach(f"global:after:{name}")
            if told["outcome"] != "done":
                return self._result(began, told)
            facts |= told["facts"]
        return self._result(began, {"outcome": "done", "facts": facts})

    def _result(self, began: int, told: dict[str, Any]) -> StepResult:
        now = self._around.clock()
        return StepResult(position=0, started_at=began, finished_at=now, **told)


def _outcome(name: str, task: GlobalTask) -> dict[str, Any]:
    try:
        return {"outcome": "done", "facts": works()[name](task)}
    except NotYet as later:
        facts = {AGAIN_IN: seconds(later.pause)}
        return {"outcome": "failed", "facts": facts, "message": later.message}
    except WorkRefused as refused:
        return {"outcome": "refused", "message": refused.message, "details": refused.details}
    except Refused as refused:
        return {"outcome": "refused", "message": refused.message, "details": f"{name}: {refused}"}
    except DatabaseFault as fault:
        return {"outcome": "failed", "message": MISHAP, "details": f"{name}: {fault}"}
    except crash.Crash:
        raise
    except Exception as mishap:  # a process loop: the operation must hear of it
        LOG.exception("%s of %s went wrong", name, task.operation)
        details = f"{name}: {type(mishap).__name__}"
        return {"outcome": "failed", "message": MISHAP, "details": details}


def _context(record: Record) -> RequestContext:
    return RequestContext(
        request_id=record.request_id,
        user_id=record.user_id,
        project_id=record.project_id,
        is_admin=True,
    )
