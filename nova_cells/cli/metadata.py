# SPDX-License-Identifier: Apache-2.0
"""`nova-cells-metadata`: tells guests of themselves, for the proxies of a network service."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from socket import socket
from typing import TYPE_CHECKING, Any

from nova_cells.cell.metadata.application import MetadataApplication
from nova_cells.cell.metadata.callers import SignedByProxy
from nova_cells.cell.metadata.local import LocalMetadata
from nova_cells.cell.metadata.memory import Memory
from nova_cells.cell.metadata.sources import CellSource, NoAnswer, NoGuest, Source, meaning
from nova_cells.cli import config, service
from nova_cells.cli.cell_bus import CellBus
from nova_cells.cli.http_server import HttpServer
from nova_cells.clients import vendor_data
from nova_cells.clients.vendor_data.kept import KeptVendorData
from nova_cells.contracts import Outcome
from nova_cells.objects import Machine
from nova_cells.runtime import process
from nova_cells.runtime.database_fault import DatabaseFault
from nova_cells.runtime.messaging import Bus
from nova_cells.runtime.periodic import Periodic

if TYPE_CHECKING:  # an agent serves its own guests by this module, and has no database
    from nova_cells.global_api.cells import CellDirectory
    from nova_cells.global_api.index.server_index import ServerIndex

LIMITS = {
    "max_request_header_size": 16 * 1024,
    "max_request_body_size": 64 * 1024,
    "connection_limit": 200,
    "channel_timeout": 20,
    "cleanup_interval": 5,
}
"""Whoever asks is a stranger."""

PER_GUEST = 16
"""Connections of one guest: a host's other guests find a place whatever it does."""


class AllCells:
    """The guests of every cell: the index says which of them has one."""

    def __init__(self, cells: CellDirectory, index: ServerIndex, timeout: float) -> None:
        self._cells = cells
        self._index = index
        self._timeout = timeout

    def guest(self, key: str) -> Machine:
        machine: Machine = self._ask(key, "guest", uuid=key)
        return machine

    def take_password(self, key: str, password: str) -> bool:
        return bool(self._ask(key, "take_password", uuid=key, password=password))

    def _ask(self, key: str, method: str, **arguments: Any) -> Any:
        from nova_cells.global_api.router.cell_handle import NotAsked

        try:
            row = self._index.get(key)
        except DatabaseFault as fault:
            raise NoAnswer("the database is away") from fault
        if row is None or row.deleted:
            raise NoGuest
        cell = self._cells.get(row.cell_uuid)
        if cell is None:
            raise NoAnswer("its cell is not known here yet")
        try:
            return cell.call(method, deadline=self._timeout, **arguments)
        except NotAsked as silence:
            raise NoAnswer(str(silence)) from silence
        except Outcome as outcome:
            raise meaning(outcome) from outcome


def make(conf: Any) -> list[process.Service]:
    """With a cell's bus: for the guests of that cell. Else of all that the database knows."""
    config.require(conf, "metadata.shared_secret")
    if conf.cell.transport_url:
        found = CellBus(conf)
        source: Source = CellSource(found.bus, conf.metadata.timeout)
        return [found, server(conf, source)]
    if not conf.database.connection:
        raise config.ConfigurationIncomplete(
            "set [cell] transport_url (guests of that cell) or [database] connection (of all "
            "cells) in the configuration file"
        )
    from nova_cells.global_api.cells import CellDirectory
    from nova_cells.global_api.index.server_index import ServerIndex
    from nova_cells.runtime.db import Database

    database = Database(conf.database.connection, name="global")
    cells = CellDirectory(database, silence=conf.router.cell_silence, conf=conf)
    watch = Periodic("cell-directory", conf.router.directory_interval, cells.refresh)
    return [cells, watch, of_all_cells(conf, cells, ServerIndex(database))]


def of_all_cells(conf: Any, cells: CellDirectory, index: ServerIndex) -> HttpServer:
    """For proxies that ask for guests of any cell."""
    return server(conf, AllCells(cells, index, conf.metadata.timeout))


def server(conf: Any, source: Source) -> HttpServer:
    """For proxies, on the configured port."""
    options = conf.metadata
    memory = Memory(source, vendor_data.from_conf(conf), options.cache)
    application = MetadataApplication(SignedByProxy(options.shared_secret), memory)
    return HttpServer(application, options.host, options.port, options.threads, limits=LIMITS)


def local(conf: Any, bus: Bus) -> LocalMetadata:
    """For guests of an agent's hosts, on their local network."""
    options = conf.metadata

    def serve(application: MetadataApplication, place: socket) -> HttpServer:
        return HttpServer(
            application,
            "",
            0,
            options.local_threads,
            inherited=place,
            limits=LIMITS,
            per_peer=PER_GUEST,
        )

    # Guests are told at once what their owners change; services are not asked each second for that.
    vendor = KeptVendorData(vendor_data.from_conf(conf), options.cache)
    return LocalMetadata(options, bus, vendor, serve)


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM."""
    return service.main("nova-cells-metadata", __doc__, make, argv)


if __name__ == "__main__":
    sys.exit(main())
