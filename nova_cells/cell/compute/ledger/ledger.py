# SPDX-License-Identifier: Apache-2.0
"""The agent's own memory: a finished step is answered from here, a forbidden one never runs.

Only successes and permanent refusals finish a step; one that failed in passing is tried again. At
most two records of a run are waited for on disk: the tombstones it brings, and its results.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import orjson

from nova_cells.cell.compute.ledger.log_file import LogFile
from nova_cells.cell.compute.ledger.state import DELETED, FINAL, UNDONE, LedgerState, Record
from nova_cells.objects import HostWork, StepResult, WorkReport
from nova_cells.runtime import crash
from nova_cells.runtime.clock import now

LOG = logging.getLogger(__name__)
SMALL_FILE = 1 << 20


class Stale(Exception):
    """The work comes from a past: `report` says whether its sender should hear of it."""

    def __init__(self, message: str, *, report: bool) -> None:
        super().__init__(message)
        self.message = message
        self.report = report


def token_of(work: HostWork, step: dict[str, Any]) -> str:
    """The name of one step of one attempt: "operation/attempt/position", "…/undo" for an undo."""
    do = f"{work.operation}/{work.attempt}/{step['position']}"
    return f"{do}/undo" if step.get("undo") else do


class Ledger:
    """One per agent, whatever number of hosts it serves. Safe to use from many threads."""

    def __init__(
        self, path: Path, *, retention: float = 86400.0, clock: Callable[[], int] = now
    ) -> None:
        self.file = LogFile(path)
        self._retention = int(retention * 1_000_000)
        self._clock = clock
        self._state = LedgerState()
        self._lock = threading.RLock()
        self._compact_at = SMALL_FILE

    def load(self) -> None:
        """Read the file; call it before anything else."""
        for record in self.file.load():
            self._state.apply(record)

    def close(self) -> None:
        """Close the file."""
        self.file.close()

    def begin(self, work: HostWork, *, makes: bool) -> None:
        """Remember generation, epoch and tombstones; raises `Stale` for work of the past.

        `makes`: there will be a machine, whatever was taken away before.
        """
        with self._lock:
            self._refuse_the_past(work)
            record = self._begin_record(work, makes)
            durable = self._brings_prohibitions(work, record)
            self._state.apply(record)
        self._append("begin", record, durable=durable)

    def result(self, work: HostWork, step: dict[str, Any]) -> StepResult | None:
        """How a step ended, if it has."""
        with self._lock:
            entry = self._state.operations.get((work.host, work.operation))
            found = entry.results.get(token_of(work, step)) if entry else None
        return StepResult.from_document(orjson.loads(found)) if found else None

    def forbids(self, work: HostWork, step: dict[str, Any], *, unmakes: bool) -> str | None:
        """Why an unfinished step may never run here, in words for the server's owner."""
        with self._lock:
            entry = self._state.operations.get((work.host, work.operation))
            if entry and (entry.superseded or token_of(work, step) in entry.tombstones):
                return "A later request took the place of this one."
            instance = self._state.instance(work.host, work.machine.uuid)
            if instance and instance.gone == DELETED and not unmakes:
                return "The server has been deleted."
        return None

    def finish(
        self, work: HostWork, results: list[StepResult], *, fresh: set[str], gone: str | None
    ) -> WorkReport:
        """Remember how the steps ended (`fresh`: tokens of those that ran now); make the report."""
        with self._lock:
            report = self._report(work, results)
            new = self._finished_now(work, results, fresh)
            record = {
                "k": "end",
                "op": work.operation,
                "t": self._clock(),
                "new": new,
                "rep": report.document(),
                "gone": gone,
            }
            self._state.apply(record)
        self._append("finish", record, durable=bool(new))
        return report

    def taken(self, reports: Iterable[WorkReport]) -> None:
        """A conductor has these reports. Not waited for: handing one in twice is harmless."""
        record = {"k": "taken", "ops": [[one.host, one.operation] for one in reports]}
        with self._lock:
            self._state.apply(record)
        self._append("taken", record, durable=False)

    def pending(self) -> list[WorkReport]:
        """Reports nobody has taken yet."""
        with self._lock:
            kept = [entry.report for entry in self._state.operations.values() if entry.report]
        return [WorkReport.from_document(orjson.loads(report)) for report in kept]

    def raise_generation(self, work: HostWork) -> None:
        """Work in hand was asked for again: its report will carry the newer generation."""
        with self._lock:
            entry = self._state.operations.get((work.host, work.operation))
            if entry is not None:
                entry.generation = max(entry.generation, work.generation)

    def leave(self, host: str, uuid: str, epoch: int, home: int, *, deleted: bool) -> None:
        """The cell says that this instance's life goes on elsewhere, or has ended."""
        with self._lock:
            known = self._state.instance(host, uuid)
            if known and known.gone and (known.epoch, known.home) >= (epoch, home):
                return
            record = {
                "k": "left",
                "host": host,
                "uuid": uuid,
                "epoch": epoch,
                "home": home,
                "gone": DELETED if deleted else UNDONE,
                "t": self._clock(),
            }
            self._state.apply(record)
        self._append("leave", record, durable=True)

    def forget_hosts(self, hosts: Iterable[str]) -> None:
        """Another agent served these meanwhile: what is known of them is out of date."""
        record = {"k": "strange", "hosts": sorted(hosts), "t": self._clock()}
        with self._lock:
            if not self._state.knows_any(record["hosts"]):
                return
            self._state.apply(record)
        self._append("forget", record, durable=False)

    def gone(self, host: str) -> set[str]:
        """Instances whose machine must not be on `host`."""
        with self._lock:
            on_host = self._state.instances.get(host, {})
            return {uuid for uuid, entry in on_host.items() if entry.gone}

    def tidy(self) -> None:
        """Forget what is over, and write the file anew when most of it is the past."""
        with self._lock:
            self._state.forget(self._clock() - self._retention)
            if self.file.size > self._compact_at:
                self.file.replace(self._state.records())
                self._compact_at = max(SMALL_FILE, 2 * self.file.size)

    def _refuse_the_past(self, work: HostWork) -> None:
        entry = self._state.operations.get((work.host, work.operation))
        if entry and work.generation < entry.generation:
            raise Stale(f"generation {work.generation} < {entry.generation}", report=False)
        instance = self._state.instance(work.host, work.machine.uuid)
        if instance and work.epoch < instance.epoch:
            raise Stale("The server has a newer owner.", report=True)
        if instance and work.machine.home_generation < instance.home:
            raise Stale("The server has a newer home.", report=True)

    def _begin_record(self, work: HostWork, makes: bool) -> Record:
        undone = [dict(step, undo=False) for step in work.steps if step.get("undo")]
        return {
            "k": "begin",
            "op": work.operation,
            "gen": work.generation,
            "dl": work.deadline,
            "t": self._clock(),
            "host": work.host,
            "uuid": work.machine.uuid,
            "epoch": work.epoch,
            "tomb": [token_of(work, step) for step in undone],
            "sup": list(work.supersedes),
            "makes": makes,
        }

    def _brings_prohibitions(self, work: HostWork, record: Record) -> bool:
        operations = self._state.operations
        entry = operations.get((work.host, work.operation))
        known = entry.tombstones if entry else set()
        if not known.issuperset(record["tomb"]):
            return True
        others = [operations.get((work.host, operation)) for operation in work.supersedes]
        if not all(other and other.superseded for other in others):
            return True
        instance = self._state.instance(work.host, work.machine.uuid)
        return instance is not None and work.epoch > instance.epoch

    def _report(self, work: HostWork, results: list[StepResult]) -> WorkReport:
        entry = self._state.operations.get((work.host, work.operation))
        return WorkReport(
            operation=work.operation,
            generation=max(work.generation, entry.generation if entry else 0),
            attempt=work.attempt,
            host=work.host,
            uuid=work.machine.uuid,
            results=results,
        )

    @staticmethod
    def _finished_now(
        work: HostWork, results: list[StepResult], fresh: set[str]
    ) -> dict[str, dict[str, Any]]:
        named = {
            token_of(work, {"position": result.position, "undo": result.undo}): result
            for result in results
            if result.outcome in FINAL
        }
        return {token: result.document() for token, result in named.items() if token in fresh}

    def _append(self, what: str, record: Record, *, durable: bool) -> None:
        crash.reach(f"ledger:before:{what}")
        self.file.append(record, durable=durable)
        crash.reach(f"ledger:after:{what}")
