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
        for host in sorted(self._welcomed()):
            if self._is_due(host):
                try:
                    self._ask(host)
                except (DriverFault, Outcome) as fault:
                    LOG.warning("guests of host %s not confirmed yet: %s", host, fault)

    def _is_due(self, host: str) -> bool:
        if not self.is_sure(host):
            return True
        with self._lock:
            late = time.monotonic() - self._asked_at.get(host, 0.0) > AGAIN_AFTER
            return late or host in self._again

    def _ask(self, host: str) -> None:
        with self._lock:
            self._again.discard(host)
        began = time.monotonic()
        lives = self._hosts[host].lives()
        verdicts = self._conductor.confirm(
            host=host, guests={uuid: list(life) for uuid, life in lives.items()}
        )
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
