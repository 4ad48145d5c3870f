# SPDX-License-Identifier: Apache-2.0
"""Finding hypervisors: by id, by a part of their name, page by page, with their servers."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nova_cells.global_api.faults import BadRequest, NotFound, NotSupported
from nova_cells.global_api.hosts import HostIndex, HostRow
from nova_cells.global_api.resources.hypervisors import store
from nova_cells.runtime.db import Database


@dataclass(frozen=True)
class Hypervisor:
    """A host as a hypervisor. `servers`: (uuid, name) of each, or None if nobody asked."""

    host: HostRow
    servers: Sequence[tuple[str, str]] | None = None

    @property
    def up(self) -> bool:
        """An operator's word wins over a heartbeat."""
        return self.host.up and not self.host.record.forced_down


class HypervisorNotFound(NotFound):
    """No hypervisor of this id, or none whose name holds a pattern."""

    def __init__(self, key: str) -> None:
        super().__init__(f"No hypervisor matching '{key}' could be found.")


class HypervisorService:
    """Reads of hypervisors."""

    def __init__(self, hosts: HostIndex, database: Database) -> None:
        self._hosts = hosts
        self._database = database

    def all(self) -> list[Hypervisor]:
        return [Hypervisor(host) for host in self._hosts.list()]

    def page(self, marker: str | None, limit: int) -> list[Hypervisor]:
        """Those behind the one of id `marker` (a uuid or a number)."""
        return [Hypervisor(host) for host in self._hosts.page(marker, limit)]

    def matching(self, pattern: str) -> list[Hypervisor]:
        """Those whose name holds the pattern, at least one."""
        found = [Hypervisor(host) for host in self._hosts.list(pattern=pattern)]
        if not found:
            raise HypervisorNotFound(pattern)
        return found

    def find(self, key: str | int) -> Hypervisor:
        host = self._hosts.get(key)
        if host is None:
            raise NotFound(f"Hypervisor with ID '{key}' could not be found.")
        return Hypervisor(host)

    def with_servers(self, hypervisors: Sequence[Hypervisor]) -> list[Hypervisor]:
        """The same, each with its servers."""
        places = [(each.host.cell_uuid, each.host.name) for each in hypervisors]
        servers = self._database.read(lambda connection: store.servers_on(connection, places))
        return [
            dataclasses.replace(each, servers=servers.get(place, ()))
            for each, place in zip(hypervisors, places, strict=True)
        ]

    def with_uptime(self, key: str | int) -> tuple[Hypervisor, str]:
        found = self.find(key)
        if not found.up:
            raise BadRequest(f"Compute service of {found.host.name} is unavailable at this time.")
        uptime: Any = found.host.record.inventory.uptime
        if uptime is None:
            raise NotSupported("Virt driver does not implement uptime function.")
        return found, uptime
