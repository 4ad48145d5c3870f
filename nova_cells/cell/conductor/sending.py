# SPDX-License-Identifier: Apache-2.0
"""Sends work to agents: over one client an address, in the words that agent understands."""

from __future__ import annotations

import threading
from typing import Any

from nova_cells.cell.conductor.host_state import HostState
from nova_cells.cell.conductor.machines import host_work
from nova_cells.cell.conductor.unlocking import Unlocking
from nova_cells.contracts import Agent, FaultCode, Refused
from nova_cells.journal.turn import Errand
from nova_cells.objects import HostWork
from nova_cells.runtime import context
from nova_cells.runtime.messaging import Bus


class Agents:
    """Clients of this cell's agents by host."""

    def __init__(self, bus: Bus, state: HostState, unlocking: Unlocking) -> None:
        self._bus = bus
        self._unlocking = unlocking
        self._state = state
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, str], Any] = {}

    def send(self, errand: Errand) -> None:
        """Send the steps of an errand, under the id of the request they belong to."""
        record = errand.record
        asked = context.RequestContext(
            request_id=record.request_id, user_id=record.user_id, project_id=record.project_id
        )
        with context.use(asked):
            self.run(host_work(errand))

    def run(self, work: HostWork) -> None:
        """Hand work to its host; nothing is waited for."""
        self.of(work.host).run(work=self._unlocking.unlocked(work))

    def of(self, host: str) -> Any:
        """The client of a host's agent."""
        address = self._state.address(host)
        if address is None:
            raise Refused(FaultCode.HOST_NOT_FOUND, f"Host {host} is not known.")
        with self._lock:
            client = self._clients.get((host, address))
            if client is None:
                client = self._bus.client(Agent, address=address, peer=lambda: self._peer(host))
                self._clients[host, address] = client
        return client

    def _peer(self, host: str) -> Any:
        row = self._state.row(host)
        return row.versions or None if row is not None else None
