# SPDX-License-Identifier: Apache-2.0
"""When hosts are looked at, and in which order the findings are judged.

All of a host now and then; one guest when its hypervisor says that it changed.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from nova_cells.cell.compute.drivers.interface import Driver, DriverFault
from nova_cells.cell.compute.executor import Executor
from nova_cells.cell.compute.ledger import Ledger
from nova_cells.cell.compute.power_book import PowerBook
from nova_cells.cell.compute.reconcile import leftovers, missing, power
from nova_cells.cell.compute.reconcile.look import Look
from nova_cells.cell.compute.registration import Registration
from nova_cells.cell.compute.volumes import Connections
from nova_cells.contracts import Outcome
from nova_cells.objects import GuestVerdict

LOG = logging.getLogger(__name__)


class Reconciliation:
    """One `round` looks at every host that is in service; `answers_again` hears of a hypervisor
    that was away.

    Guests that the cell has not confirmed (`is_sure`) are not told of: those that a boot of the
    host stopped may be about to run again."""

    def __init__(
        self,
        conductor: Any,
        hosts: Mapping[str, Driver],
        ledger: Ledger,
        power_book: PowerBook,
        executor: Executor,
        registration: Registration,
        *,
        is_sure: Callable[[str], bool],
        answers_again: Callable[[str], None] = lambda _host: None,
        volumes: Connections | None = None,
    ) -> None:
        self._conductor = conductor
        self._hosts = hosts
        self._ledger = ledger
        self._power = power_book
        self._executor = executor
        self._registration = registration
        self._is_sure = is_sure
        self._answers_again = answers_again
        self._volumes = volumes
        self._silent: set[str] = set()
        self._one_round = threading.Lock()
        self._lock = threading.Lock()
        self._changed: set[tuple[str, str]] = set()

    def round(self) -> None:
        """All hosts, one after the other; a host that fails is looked at again next time."""
        with self._one_round:
            for host in sorted(self._registration.registered() & set(self._hosts)):
                self._attempt(host, lambda h=host: self._look_at(h))  # type: ignore[misc]
            self._ledger.tidy()

    def changed(self, host: str, uuid: str) -> None:
        """A hypervisor says that this guest's power changed."""
        with self._lock:
            self._changed.add((host, uuid))

    def quick_round(self) -> None:
        """Only the guests that are said to have changed."""
        with self._lock:
            changed, self._changed = self._changed, set()
        for host, uuid in sorted(changed):
            if host in self._registration.registered() and self._is_sure(host):
                self._attempt(host, lambda h=host, u=uuid: self._look_at_one(h, u))  # type: ignore[misc]

    def judge(self, host: str, verdicts: list[GuestVerdict]) -> None:
        """The cell has said what it knows of the host's guests."""
        missing.tell(self._look(host, {}), verdicts)

    def _attempt(self, host: str, look: Callable[[], None]) -> None:
        try:
            look()
        except (DriverFault, Outcome) as fault:
            LOG.warning("host %s not reconciled: %s", host, fault)
            if isinstance(fault, DriverFault):
                self._silent.add(host)
            return
        if host in self._silent:
            self._silent.discard(host)
            self._answers_again(host)

    def _look_at(self, host: str) -> None:
        if self._is_sure(host):
            since = self._power.moment()
            look = self._look(host, self._hosts[host].power_states(), since)
            leftovers.remove(look)
            power.tell(look)
        self._registration.refresh(host)

    def _look_at_one(self, host: str, uuid: str) -> None:
        since = self._power.moment()
        state = int(self._hosts[host].power_state(uuid))
        power.tell_one(self._look(host, {uuid: state}, since), uuid)

    def _look(self, host: str, states: dict[str, int], since: int = 0) -> Look:
        busy = frozenset(self._executor.busy(host))
        return Look(
            host,
            self._hosts[host],
            self._ledger,
            self._power,
            self._conductor,
            states,
            busy,
            since,
            partial(self._executor.undisturbed, host),
            self._volumes.of(host) if self._volumes is not None else None,
        )
