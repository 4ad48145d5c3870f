# SPDX-License-Identifier: Apache-2.0
"""One message bus: a broker's virtual host, or a named in-process one."""

from __future__ import annotations

import re
import threading
from collections import Counter
from typing import Any
from weakref import WeakSet

import oslo_messaging
from oslo_config import cfg

from nova_cells.contracts.interface import Interface
from nova_cells.runtime.messaging.client import Client, Peer
from nova_cells.runtime.messaging.server import Server
from nova_cells.runtime.messaging.settings import new_settings
from nova_cells.runtime.messaging.transport import BoundedTransport

_PASSWORD = re.compile(r"(://|,)([^:/@,]*):[^@/,]*@")

_LINGER = 60.0
"""Seconds an old bus is kept for the answers of calls that were sent over it."""


def masked(transport_url: str) -> str:
    """For logs: without passwords."""
    return _PASSWORD.sub(r"\1\2:***@", transport_url)


class Bus:
    """A connection to one bus. `rabbit://user:password@host:port/vhost` or `local://name`.

    `calls` counts "interface.method" sent. Nothing connects before the first call or server.
    """

    def __init__(self, transport_url: str, conf: cfg.ConfigOpts | None = None) -> None:
        self._name = masked(transport_url)
        self._conf = conf
        self._transport = _transport(transport_url, conf)
        self._users: WeakSet[Client | Server] = WeakSet()
        self._lock = threading.Lock()
        self.calls: Counter[str] = Counter()

    def client(
        self, interface: type, *, address: str | None = None, peer: Peer | None = None
    ) -> Client:
        """A client of an interface class; with `address` of that one server only."""
        declared = _declared(interface)
        with self._lock:
            made = Client(declared, self._transport, self.calls, address=address, peer=peer)
            self._users.add(made)
        return made

    def serve(self, interface: type, endpoint: object, *, address: str, threads: int = 8) -> Server:
        """A server, not yet started. `address` is its own name on the topic; others may compete."""
        declared = _declared(interface)
        with self._lock:
            made = Server(declared, self._transport, endpoint, address=address, threads=threads)
            self._users.add(made)
        return made

    def move_to(self, transport_url: str) -> None:
        """All clients and servers use another bus from now on; calls under way are finished."""
        fresh = _transport(transport_url, self._conf)
        with self._lock:
            before, self._transport = self._transport, fresh
            self._name = masked(transport_url)
            users = list(self._users)
        for user in users:
            user.move_to(fresh)
        closer = threading.Timer(_LINGER, before.cleanup)
        closer.daemon = True
        closer.start()

    def close(self) -> None:
        """Close the connections; stop the servers first."""
        self._transport.cleanup()

    def __repr__(self) -> str:
        return f"<Bus {self._name}>"


def _declared(interface: Any) -> Interface:
    declared: Interface = interface.interface
    return declared


def _transport(url: str, conf: cfg.ConfigOpts | None) -> Any:
    try:
        return oslo_messaging.get_rpc_transport(
            new_settings(conf), url=url, transport_cls=BoundedTransport
        )
    except (oslo_messaging.InvalidTransportURL, oslo_messaging.DriverLoadFailure):
        # Their text holds the URL with its password, so they are not chained either.
        raise ValueError(f"not a transport URL: {masked(url)}") from None
