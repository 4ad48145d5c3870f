# SPDX-License-Identifier: Apache-2.0
"""Has the metadata service of a host's local network there as soon as a guest on it can ask.

A host is looked at when it comes into service, for guests that were there before; after that, work
that gives a guest a local interface says so.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Protocol

from nova_cells.cell.compute.drivers.interface import Driver, DriverFault
from nova_cells.cell.compute.drivers.local_network import LocalNetworkable, is_local
from nova_cells.objects import HostWork
from nova_cells.runtime.periodic import Periodic

LOG = logging.getLogger(__name__)

LOOK_AGAIN = 60.0  # seconds; a host that did not answer may do so then


class GuestService(Protocol):
    """What tells guests of themselves."""

    def needed(self, host: str) -> None:
        """Guests of this host may ask from now on. Said again, it changes nothing."""

    def stop(self) -> None: ...


class LocalGuests:
    """`service` is absent where another one tells guests of themselves."""

    def __init__(
        self, hosts: Mapping[str, Driver], service: GuestService | None, name: str
    ) -> None:
        self._hosts = hosts
        self._service = service
        self._stopped = False
        self._looking = Periodic(f"local guests {name}", LOOK_AGAIN, self.look)

    def start(self) -> None:
        self._stopped = False
        if self._service is not None:
            self._looking.start()

    def stop(self) -> None:
        """Work that is still being done brings nothing back."""
        self._stopped = True
        if self._service is not None:
            self._looking.stop()
            self._service.stop()

    def welcomed(self) -> None:
        """Hosts have come into service."""
        self._looking.kick()

    def wired(self, work: HostWork) -> None:
        """This work may have given its guest a local interface."""
        nics = [*work.machine.nics, work.arguments.get("nic") or {}]
        if not self._stopped and any(is_local(nic) for nic in nics):
            self._needed(work.host)

    def look(self) -> None:
        """Serve where guests are."""
        for host, driver in self._hosts.items():
            if not driver.deployment or not isinstance(driver, LocalNetworkable):
                continue
            try:
                if driver.links():
                    self._needed(host)
            except DriverFault as fault:
                LOG.warning("the local network of %s: %s", host, fault.message)

    def _needed(self, host: str) -> None:
        if self._service is not None:
            self._service.needed(host)
