# SPDX-License-Identifier: Apache-2.0
"""Services: compute hosts, which an operator opens and closes, and conductors, which he only sees.

What an operator says of a host goes to the host's cell; the cell's answer is what is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nova_cells.global_api.faults import BadRequest, NotFound
from nova_cells.global_api.hosts import HostIndex, HostRow, ServiceRow

COMPUTE = "nova-compute"
INTERNAL = "internal"


@dataclass(frozen=True)
class Service:
    """One service as the API shows it. `fresh` is false while its cell is not heard of."""

    id: int
    uuid: str
    binary: str
    host: str
    zone: str
    enabled: bool
    up: bool
    fresh: bool
    seen_at: int
    disabled_reason: str | None = None
    forced_down: bool = False
    row: HostRow | None = None

    @classmethod
    def of_host(cls, row: HostRow) -> Service:
        record = row.record
        return cls(
            id=row.id,
            uuid=row.uuid,
            binary=COMPUTE,
            host=row.name,
            zone=row.zone,
            enabled=record.enabled,
            up=row.up and not record.forced_down,
            fresh=row.fresh,
            seen_at=record.last_seen,
            disabled_reason=record.disabled_reason,
            forced_down=record.forced_down,
            row=row,
        )

    @classmethod
    def of_conductor(cls, row: ServiceRow) -> Service:
        return cls(
            id=row.id,
            uuid=row.uuid,
            binary=row.binary,
            host=row.host,
            zone=INTERNAL,
            enabled=True,
            up=row.up,
            fresh=row.fresh,
            seen_at=row.last_seen,
        )


class ServiceNotFound(NotFound):
    """No service of this id."""

    def __init__(self, key: str | int) -> None:
        super().__init__(f"Service {key} could not be found.")


class ServiceDirectory:
    """All services of all cells."""

    def __init__(self, hosts: HostIndex) -> None:
        self._hosts = hosts

    def matching(self, *, host: str | None = None, binary: str | None = None) -> list[Service]:
        """All, or those of a host or a binary; hosts first."""
        found: list[Service] = []
        if binary in (None, COMPUTE):
            found += [Service.of_host(row) for row in self._hosts.list(name=host)]
        if binary != COMPUTE:
            found += [
                Service.of_conductor(row)
                for row in self._hosts.services()
                if host in (None, row.host) and binary in (None, row.binary)
            ]
        return found

    def find(self, key: str | int) -> Service:
        """By uuid or number."""
        row = self._hosts.get(key)
        if row is not None:
            return Service.of_host(row)
        for service in self._hosts.services():
            if key in (service.uuid, service.id):
                return Service.of_conductor(service)
        raise ServiceNotFound(key)

    def find_by_name(self, host: str, binary: str) -> Service:
        found = self.matching(host=host, binary=binary)
        if not found:
            raise NotFound(f"Could not find binary {binary} on host {host}.")
        return found[0]

    def update(self, service: Service, changes: Mapping[str, Any]) -> Service:
        """Set enabled, disabled_reason or forced_down of a compute host."""
        if service.row is None:
            raise BadRequest(
                f"Updating a {service.binary} service is not supported. "
                "Only nova-compute services can be updated."
            )
        return Service.of_host(self._hosts.update(service.row, dict(changes)))

    def delete(self, service: Service) -> None:
        """Forget a compute host on which nothing is."""
        if service.row is None:
            raise BadRequest(
                f"Deleting a {service.binary} service is not supported: it is shown while it runs."
            )
        self._hosts.delete(service.row)
