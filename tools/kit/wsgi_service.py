# SPDX-License-Identifier: Apache-2.0
"""A companion service's WSGI application on a loopback port of its own, kept from run to run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from kit import environment, http, say
from kit.daemon import Daemon
from kit.service import Service


@dataclass(frozen=True)
class WsgiService(Service):
    """`health` is a path that answers when it serves.

    `arguments` are what the application finds on its command line, `variables` in its environment.
    """

    application: str
    threads: int
    health: str
    arguments: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)

    def up(self, prepare: Callable[[int], None]) -> int:
        """Start it unless it runs; answers the port once it serves."""
        daemon = Daemon(self.name, self.state)
        with say.step(f"starting {self.name.capitalize()}"):
            port = self.port(prepare)
            if not daemon.pid:
                settings = {f"OS_{self.name.upper()}_CONFIG_DIR": str(self.etc)}
                served = environment.wsgi(self.bin, self.application, port, self.threads)
                daemon.start(
                    [*served, *self.arguments],
                    env={**settings, "PYTHONWARNINGS": "ignore", **self.variables},
                )
            daemon.wait(lambda: http.answers(f"http://127.0.0.1:{port}{self.health}"), seconds=90)
        return port
