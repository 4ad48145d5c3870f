# SPDX-License-Identifier: Apache-2.0
"""Does one piece of work: step by step, stops at the first that does not end well, reports all.

Between the ledger's `begin` and `finish` the process may die at any point; the work is asked for
again and every step that was not written down runs again.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nova_cells.cell.compute.drivers.interface import (
    Cancelled,
    Driver,
    DriverFailed,
    DriverFault,
    DriverRefused,
    MachineUnknown,
)
from nova_cells.cell.compute.executor import Job
from nova_cells.cell.compute.ledger import Ledger, Stale, token_of
from nova_cells.cell.compute.ledger.state import DELETED, UNDONE
from nova_cells.cell.compute.power_book import PowerBook
from nova_cells.cell.compute.steps import HostStep, Task, step_named
from nova_cells.cell.compute.steps.connecting import with_volumes
from nova_cells.clients.images import ImageStore
from nova_cells.clients.vendor_data import NoVendorData, VendorData
from nova_cells.objects import HostWork, StepResult, WorkReport
from nova_cells.runtime.clock import now, seconds
from nova_cells.runtime.context import use

if TYPE_CHECKING:
    from nova_cells.cell.compute.volumes import Connections

LOG = logging.getLogger(__name__)
CLOCK_SKEW = seconds(5)
BAD_REQUEST = 400

Report = Callable[[WorkReport], None]


@dataclass
class _Run:
    """What one run has come to so far."""

    results: list[StepResult] = field(default_factory=list)
    fresh: set[str] = field(default_factory=set)
    gone: str | None = None


class Runner:
    """`report` takes each finished report; `news` hears that a step tells how far it is,
    `unmade` that a machine is gone, before its report goes out."""

    def __init__(
        self,
        hosts: Mapping[str, Driver],
        ledger: Ledger,
        power: PowerBook,
        report: Report,
        *,
        shutdown_timeout: float = 60.0,
        images: ImageStore | None = None,
        vendor_data: VendorData | None = None,
        volumes: Connections | None = None,
        news: Callable[[], None] = lambda: None,
        unmade: Callable[[str], None] = lambda _host: None,
        clock: Callable[[], int] = now,
    ) -> None:
        self._hosts = hosts
        self._ledger = ledger
        self._power = power
        self._report = report
        self._shutdown_timeout = shutdown_timeout
        self._images = images
        self._vendor_data = vendor_data or NoVendorData()
        self._volumes = volumes
        self._news = news
        self._unmade = unmade
        self._clock = clock

    def perform(self, job: Job) -> None:
        """Do the job and hand its report on; work of the past is dropped."""
        work = job.work
        with use(job.context):
            try:
                self._ledger.begin(work, makes=_makes(work))
            except Stale as stale:
                LOG.info("work %s on %s refused: %s", work.operation, work.host, stale.message)
                if stale.report:
                    self._report(self._refusal(work, stale.message))
                return
            run = self._run(job)
            self._remember_power(work, run)
            if run.gone:
                self._unmade(work.host)
            self._report(self._ledger.finish(work, run.results, fresh=run.fresh, gone=run.gone))

    def _run(self, job: Job) -> _Run:
        run = _Run()
        for step in job.work.steps:
            result = self._ledger.result(job.work, step)
            if result is None:
                result = self._fresh(job, step)
                if _is_final(step, result):
                    run.fresh.add(token_of(job.work, step))
            run.results.append(result)
            if result.outcome != "done":
                break
            self._note_gone(job.work, step, run)
        return run

    def _fresh(self, job: Job, step: dict[str, Any]) -> StepResult:
        started = self._clock()
        outcome, message, details, facts = self._attempt(job, step)
        return StepResult(
            position=step["position"],
            undo=bool(step.get("undo")),
            outcome=outcome,
            message=message,
            details=details,
            facts=facts,
            started_at=started,
            finished_at=self._clock(),
        )

    def _attempt(
        self, job: Job, step: dict[str, Any]
    ) -> tuple[str, str | None, str | None, dict[str, Any]]:
        """(outcome, message, details, facts) of a step that has not finished before."""
        work, known = job.work, step_named(step["name"])
        if refusal := self._why_not(job, step, known):
            return "refused", refusal, None, {}
        assert known is not None
        try:
            return "done", None, None, self._facts(job, known)
        except Cancelled as cancelled:
            return "refused", cancelled.message, cancelled.details, {}
        except DriverFault as fault:
            outcome = "failed" if isinstance(fault, DriverFailed) else "refused"
            why = fault.details or fault.message  # what the driver heard itself, owners do not see
            LOG.warning("%s of %s %s: %s", known.name, work.machine.uuid, outcome, why)
            return outcome, fault.message, fault.details, _about(fault, known)
        except Exception:  # a driver's bug must end as a failure somebody reads
            LOG.exception("%s of %s", known.name, work.machine.uuid)
            message = f"The host met an unexpected error in {known.name}."
            return "failed", message, traceback.format_exc(), {}

    def _facts(self, job: Job, step: HostStep) -> dict[str, Any]:
        driver = self._hosts[job.work.host]
        volumes = self._volumes.of(job.work.host) if self._volumes is not None else None
        task = Task(
            driver,
            with_volumes(job.work, driver, volumes) if step.connects else job.work,
            _progress(job),
            self._shutdown_timeout,
            wishes=lambda: job.wishes,
            tell=lambda numbers: self._tell(job, numbers),
            images=self._images,
            vendor_data=self._vendor_data,
            volumes=volumes,
        )
        facts = step.run(task)
        if step.unmakes and volumes is not None:
            volumes.release_all(task.uuid)
        return {"node": job.work.host, **facts}

    def _tell(self, job: Job, numbers: dict[str, Any]) -> None:
        job.numbers = numbers
        self._news()

    def _why_not(self, job: Job, step: dict[str, Any], known: HostStep | None) -> str | None:
        if known is None:
            return f"This host does not know the step {step['name']}."
        if not isinstance(self._hosts[job.work.host], known.needs):
            return f"This host is not able to do {known.name}."
        if forbidden := self._ledger.forbids(job.work, step, unmakes=known.unmakes):
            return forbidden
        if job.cancelled:
            return "A later request took the place of this one."
        late = self._clock() > job.work.deadline + CLOCK_SKEW
        if late and not (known.unmakes or step.get("undo")):
            return "The deadline passed before the host began."
        return None

    @staticmethod
    def _note_gone(work: HostWork, step: dict[str, Any], run: _Run) -> None:
        known = step_named(step["name"])
        if known is not None and known.unmakes:
            run.gone = DELETED if work.kind == "delete" else UNDONE

    def _remember_power(self, work: HostWork, run: _Run) -> None:
        for result in reversed(run.results):
            if "power_state" in result.facts:
                self._power.note(work.host, work.machine.uuid, result.facts["power_state"])
                return

    def _refusal(self, work: HostWork, message: str) -> WorkReport:
        moment, step = self._clock(), work.steps[0]
        refused = StepResult(
            position=step["position"],
            undo=bool(step.get("undo")),
            outcome="refused",
            message=message,
            started_at=moment,
            finished_at=moment,
        )
        return WorkReport(
            operation=work.operation,
            generation=work.generation,
            attempt=work.attempt,
            host=work.host,
            uuid=work.machine.uuid,
            results=[refused],
        )


def lasts(work: HostWork) -> bool:
    """Whether a step of this work may take minutes."""
    steps = [step_named(step["name"]) for step in work.steps]
    return any(step is not None and step.lasting for step in steps)


def _is_final(step: dict[str, Any], result: StepResult) -> bool:
    """Whether it need not run again. Nobody can go on without what takes a machine away."""
    known = step_named(step["name"])
    return result.outcome == "done" or known is None or not known.unmakes


def _makes(work: HostWork) -> bool:
    steps = [step_named(step["name"]) for step in work.steps]
    return any(step is not None and step.makes for step in steps)


def _progress(job: Job) -> Callable[[int], None]:
    def progress(_percent: int) -> None:
        if job.cancelled:
            raise Cancelled("A later request took the place of this one.")

    return progress


def _about(fault: DriverFault, step: HostStep) -> dict[str, Any]:
    """What the journal is to know of a fault beside its words."""
    facts: dict[str, Any] = {"everywhere": True} if fault.everywhere else {}
    if step.wished and isinstance(fault, DriverRefused) and not isinstance(fault, MachineUnknown):
        facts["refusal"] = BAD_REQUEST
    return facts
