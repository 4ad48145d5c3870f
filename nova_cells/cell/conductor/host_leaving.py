# SPDX-License-Identifier: Apache-2.0
"""Sends a host to another cell: its agent is told where that is, then the host is forgotten here.

In this order a death in between leaves a host of this cell. What is on it keeps it here.
"""

from __future__ import annotations

from nova_cells.cell.conductor.host_admin import HostAdmin
from nova_cells.cell.conductor.sending import Agents
from nova_cells.cell.db import hosts
from nova_cells.contracts import FaultCode, Refused
from nova_cells.objects import HostRecord
from nova_cells.runtime.db import Database


class HostLeaving:
    """May be asked again at any time."""

    def __init__(self, database: Database, agents: Agents, admin: HostAdmin) -> None:
        self._database = database
        self._agents = agents
        self._admin = admin

    def send(self, name: str, transport: str) -> HostRecord:
        """Refused with HOST_NOT_FOUND when it has left."""
        row = self._database.read(lambda c: hosts.get(c, name))
        if row is None:
            raise Refused(FaultCode.HOST_NOT_FOUND, f"Host {name} could not be found.")
        if row.enabled:
            raise Refused(FaultCode.CONFLICT, f"Host {name} still takes servers: disable it.")
        self._admin.refuse_in_use(name)
        self._agents.of(name).leave(host=name, transport=transport)
        return self._admin.delete(name)

    def keep(self, name: str) -> bool:
        """It stays; answers whether it is here at all."""
        if self._database.read(lambda c: hosts.get(c, name)) is None:
            return False
        self._agents.of(name).stay(host=name)
        return True
