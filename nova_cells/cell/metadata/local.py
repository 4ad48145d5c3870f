# SPDX-License-Identifier: Apache-2.0
"""The metadata service of hosts with a local network: one listening place for each such host.

It listens from the moment a guest with a local interface is on the host; a host without any opens
no port.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from socket import socket
from typing import Any, Protocol

from nova_cells.cell.metadata.application import MetadataApplication
from nova_cells.cell.metadata.callers import ByAddress
from nova_cells.cell.metadata.listening import listening
from nova_cells.cell.metadata.memory import Memory
from nova_cells.cell.metadata.sources import HostSource
from nova_cells.clients.vendor_data import VendorData
from nova_cells.runtime.messaging import Bus

LOG = logging.getLogger(__name__)

ADDRESS = "169.254.169.254"


class Service(Protocol):
    """What serves an application on a socket."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


Serve = Callable[[MetadataApplication, socket], Service]


class LocalMetadata:
    """`options` is the group [metadata]; `serve` makes a service that is not started yet."""

    def __init__(self, options: Any, bus: Bus, vendor_data: VendorData, serve: Serve) -> None:
        self._options = options
        self._bus = bus
        self._vendor_data = vendor_data
        self._serve = serve
        self._services: dict[str, Service] = {}
        self._lock = threading.Lock()

    def needed(self, host: str) -> None:
        """A guest of this host may ask from now on. A port that can't be had is tried again."""
        if host in self._services:
            return
        with self._lock:
            if host not in self._services:
                self._listen(host)

    def stop(self) -> None:
        """Guests are not answered any more."""
        with self._lock:
            for service in self._services.values():
                service.stop()
            self._services.clear()

    def _listen(self, host: str) -> None:
        options = self._options
        try:
            place = listening(ADDRESS, options.local_port, options.namespaces.get(host))
        except OSError as error:
            LOG.error("guests of %s have no metadata service: %s", host, error)
            return
        source = HostSource(self._bus, host, options.timeout)
        memory = Memory(source, self._vendor_data, options.local_cache)
        service = self._serve(MetadataApplication(ByAddress(), memory), place)
        service.start()
        self._services[host] = service
        LOG.info("guests of %s are served their metadata", host)
