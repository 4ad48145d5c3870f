# SPDX-License-Identifier: Apache-2.0
"""Compares the guests that are there with what should be: each finding has a rule of its own.

It touches nothing that has work in hand: what a step is about to change is no finding.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from nova_cells.cell.compute.drivers.interface import Driver, DriverFault
from nova_cells.cell.compute.executor import Executor
from nova_cells.cell.compute.ledger import Ledger
from nova_cells.cell.compute.power_book import PowerBook
from nova_cells.cell.compute.registration import Registration
from nova_cells.contracts import Outcome
from nova_cells.runtime import crash

LOG = logging.getLogger(__name__)


class Reconciliation:
    """One `round` looks at every host that is in service."""

    def __init__(
        self,
        conductor: Any,
        hosts: Mapping[str, Driver],
        ledger: Ledger,
        power: PowerBook,
        executor: Executor,
        registration: Registration,
    ) -> None:
        self._conductor = conductor
        self._hosts = hosts
        self._ledger = ledger
        self._power = power
        self._executor = executor
        self._registration = registration

    def round(self) -> None:
        """All hosts, one after the other; a host that fails is looked at again next time."""
        for host in sorted(self._registration.registered()):
            try:
                self._look_at(host)
            except (DriverFault, Outcome) as fault:
                LOG.warning("host %s not reconciled: %s", host, fault)
        self._ledger.tidy()

    def _look_at(self, host: str) -> None:
        since = self._power.moment()
        states = self._hosts[host].power_states()
        self._destroy_again(host, set(states))
        self._tell_power(host, states, since)
        self._registration.refresh(host)

    def _destroy_again(self, host: str, present: set[str]) -> None:
        for uuid in present & self._ledger.gone(host) - self._executor.busy(host):
            LOG.warning("machine %s is on %s though it was destroyed; removing it", uuid, host)
            crash.reach("driver:before:destroy")
            self._hosts[host].destroy(uuid)
            crash.reach("driver:after:destroy")

    def _tell_power(self, host: str, states: dict[str, int], since: int) -> None:
        settled = {uuid: int(state) for uuid, state in states.items()}
        for uuid in self._executor.busy(host) | self._ledger.gone(host):
            settled.pop(uuid, None)
        if news := self._power.changes(host, settled, since):
            self._conductor.power_states(host=host, states=news)
            self._power.told(host, news)
