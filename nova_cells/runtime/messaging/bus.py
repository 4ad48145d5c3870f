# SPDX-License-Identifier: Apache-2.0
"""One message bus: a broker's virtual host, or a named in-process one."""

from __future__ import annotations

from collections import Counter
from typing import Any

from nova_cells.runtime.messaging.client import Client, Peer
from nova_cells.runtime.messaging.server import Server


class Bus:
    """A connection to one bus. `rabbit://user:password@host:port/vhost` or `local://name`.

    `calls` counts "interface.method" sent.
    """

    def __init__(self, transport_url: str, conf: Any = None) -> None:
        self.calls: Counter[str] = Counter()

    def client(
        self, interface: type, *, address: str | None = None, peer: Peer | None = None
    ) -> Client:
        """A client of an interface class; with `address` of that one server only."""
        return Client()

    def serve(self, interface: type, endpoint: object, *, address: str, threads: int = 8) -> Server:
        """A server, not yet started. `address` is its own name on the topic; others may compete."""
        return Server()

    def close(self) -> None:
        """Close the connections; stop the servers first."""
