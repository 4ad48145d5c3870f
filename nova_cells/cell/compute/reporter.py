# SPDX-License-Identifier: Apache-2.0
"""Hands results in, in batches, again and again until a conductor took them.

What gathers while a batch is on its way travels with the next: a busy agent needs fewer calls.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Any

from nova_cells.contracts import Outcome
from nova_cells.objects import WorkReport
from nova_cells.runtime.periodic import Periodic

LOG = logging.getLogger(__name__)
BATCH = 50
FIRST_PAUSE = 0.1


class Reporter:
    """One thread. `taken` hears which reports need not be kept."""

    def __init__(
        self,
        conductor: Any,
        taken: Callable[[list[WorkReport]], None],
        *,
        name: str,
        longest_pause: float = 5.0,
    ) -> None:
        self._conductor = conductor
        self._taken = taken
        self._longest = longest_pause
        self._pending: dict[tuple[str, str], WorkReport] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._rounds = Periodic(name, 60.0, self._hand_in_all)

    def start(self, pending: Iterable[WorkReport]) -> None:
        """Begin with what an earlier life left."""
        with self._lock:
            self._pending.update({_key(report): report for report in pending})
        self._rounds.start()

    def stop(self) -> None:
        """End; what is not taken is kept by the ledger."""
        self._stop.set()
        self._rounds.stop(timeout=1.0)

    def add(self, report: WorkReport) -> None:
        """Hand this in; it takes the place of an older report of the same operation."""
        with self._lock:
            self._pending[_key(report)] = report
        self._rounds.kick()

    def in_hand(self) -> list[tuple[str, str]]:
        """(host, operation) of every report nobody has taken yet."""
        with self._lock:
            return list(self._pending)

    def _hand_in_all(self) -> None:
        pause = FIRST_PAUSE
        while batch := self._batch():
            if self._hand_in(batch):
                pause = FIRST_PAUSE
            elif self._stop.wait(pause):
                return
            else:
                pause = min(self._longest, pause * 2)

    def _batch(self) -> list[WorkReport]:
        with self._lock:
            return list(self._pending.values())[:BATCH]

    def _hand_in(self, batch: list[WorkReport]) -> bool:
        """Whether anything was taken."""
        try:
            answer = set(self._conductor.report(reports=batch))
        except Outcome as outcome:
            LOG.warning("%d results not handed in yet: %s", len(batch), outcome)
            return False
        taken = self._settle(batch, answer)
        if taken:
            self._taken(taken)
        return bool(taken)

    def _settle(self, batch: list[WorkReport], answer: set[str]) -> list[WorkReport]:
        """Drop what was taken unless it has been replaced meanwhile; the rest queues behind."""
        taken = []
        with self._lock:
            for report in batch:
                if self._pending.get(_key(report)) is not report:
                    continue
                del self._pending[_key(report)]
                if report.operation in answer:
                    taken.append(report)
                else:
                    self._pending[_key(report)] = report
        return taken


def _key(report: WorkReport) -> tuple[str, str]:
    return report.host, report.operation
