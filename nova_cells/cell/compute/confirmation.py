# SPDX-License-Identifier: Apache-2.0
"""Asks the cell which of a host's guests are still its own, before the host begins any work.

Guests that run go on running until there is an answer. What has left is written into the ledger,
which forbids it from then on; removing it is reconciliation's.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from nova_cells.cell.compute.drivers.interface import Driver, DriverFault
from nova_cells.cell.compute.ledger import Ledger
from nova_cells.contracts import Outcome
from nova_cells.objects import GuestVerdict
from nova_cells.objects.verdict import DELETED, ELSEWHERE
from nova_cells.runtime.periodic import Periodic

LOG = logging.getLogger(__name__)
AT_ONCE = 200
"""Hosts asked for in one call."""
AGAIN_AFTER = 600.0
"""Seconds after which a host that is sure asks again."""

Answered = Callable[[str, list[GuestVerdict]], None]


class Confirmation:
    """`silence`: seconds since the cell was last heard, and how many are too many.

    `welcomed` names the hosts their cell knows. `answered` hears each answer before work begins,
    `opened` that it may begin.
    """

    def __init__(
        self,
        conductor: Any,
        hosts: Mapping[str, Driver],
        ledger: Ledger,
        *,
        welcomed: Callable[[], Iterable[str]],
        silence: Callable[[], tuple[float, float]],
        answered: Answered,
        opened: Callable[[str], None],
        name: str,
        retry: float,
    ) -> None:
        self._conductor = conductor
        self._hosts = hosts
        self._ledger = ledger
        self._welcomed = welcomed
        self._silence = silence
        self._answered = answered
        self._opened = opened
        self._lock = threading.Lock()
        self._asked_at: dict[str, float] = {}
        self._again: set[str] = set()
        self._rounds = Periodic(f"confirm {name}", retry, self.round)

    def start(self) -> None:
        self._rounds.start()

    def stop(self) -> None:
        self._rounds.stop()

    def kick(self) -> None:
        """A host was welcomed: ask soon."""
        self._rounds.kick()

    def is_sure(self, host: str) -> bool:
        """Whether work may begin on the host: it has asked, and has not been out of touch since."""
        heard, patience = self._silence()
        with self._lock:
            if heard > patience:
                self._asked_at.clear()
            return host in self._asked_at

    def ask_again(self, host: str) -> None:
        """Its hypervisor was away: ask soon, and let work go on meanwhile."""
        with self._lock:
            self._again.add(host)
        self.kick()

    def round(self) -> None:
        """Ask for the hosts that are not sure, or were sure for long."""
        due = [host for host in sorted(self._welcomed()) if self._is_due(host)]
        for some in [due[start : start + AT_ONCE] for start in range(0, len(due), AT_ONCE)]:
            try:
                self._ask(some)
            except Outcome as fault:
                LOG.warning("guests of hosts %s … not confirmed yet: %s", some[0], fault)

    def forget(self, hosts: Iterable[str]) -> None:
        """These were served by another agent meanwhile, or are now."""
        with self._lock:
            for host in hosts:
                self._asked_at.pop(host, None)

    def _is_due(self, host: str) -> bool:
        if not self.is_sure(host):
            return True
        with self._lock:
            late = time.monotonic() - self._asked_at.get(host, 0.0) > AGAIN_AFTER
            return late or host in self._again

    def _ask(self, hosts: list[str]) -> None:
        with self._lock:
            self._again.difference_update(hosts)
        began, guests = time.monotonic(), self._guests(hosts)
        if len(guests) == 1:
            [(host, lives)] = guests.items()
            self._take(host, self._conductor.confirm(host=host, guests=lives), began)
        elif guests:
            answers = self._conductor.confirm_many(guests=guests)
            for host in guests:
                verdicts = [GuestVerdict.from_document(each) for each in answers[host]]
                self._take(host, verdicts, began)

    def _guests(self, hosts: list[str]) -> dict[str, dict[str, list[int]]]:
        """What is there, of the hosts whose hypervisor answers."""
        found = {}
        for host in hosts:
            try:
                lives = self._hosts[host].lives()
            except DriverFault as fault:
                LOG.warning("guests of host %s not confirmed yet: %s", host, fault)
                continue
            found[host] = {uuid: list(life) for uuid, life in lives.items()}
        return found

    def _take(self, host: str, verdicts: list[GuestVerdict], began: float) -> None:
        for verdict in verdicts:
            if verdict.verdict in (ELSEWHERE, DELETED):
                self._note_departed(host, verdict)
        self._answered(host, verdicts)
        with self._lock:
            self._asked_at[host] = began
        self._opened(host)

    def _note_departed(self, host: str, verdict: GuestVerdict) -> None:
        LOG.warning(
            "guest %s on %s is to go: its server is %s", verdict.uuid, host, verdict.verdict
        )
        self._ledger.leave(
            host,
            verdict.uuid,
            verdict.epoch,
            verdict.home_generation,
            deleted=verdict.verdict == DELETED,
        )
