# SPDX-License-Identifier: Apache-2.0
"""A companion service's WSGI application on a loopback port of its own, kept from run to run."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kit import environment, http, ports, say
from kit.daemon import Daemon


@dataclass(frozen=True)
class WsgiService:
    """`configuration` names its file in `etc`; `health` is a path that answers when it serves."""

    name: str
    configuration: str
    application: str
    threads: int
    health: str
    state: Path

    @property
    def bin(self) -> Path:
        """The programs of the service's own environment."""
        return environment.service(self.name)

    @property
    def etc(self) -> Path:
        return self.state / self.name / "etc"

    @property
    def data(self) -> Path:
        return self.state / self.name / "data"

    def up(self, prepare: Callable[[int], None]) -> int:
        """Start it unless it runs; answers the port once it serves."""
        daemon = Daemon(self.name, self.state)
        with say.step(f"starting {self.name.capitalize()}"):
            port = self._port(prepare)
            if not daemon.pid:
                settings = f"OS_{self.name.upper()}_CONFIG_DIR"
                daemon.start(
                    environment.wsgi(self.bin, self.application, port, self.threads),
                    env={settings: str(self.etc), "PYTHONWARNINGS": "ignore"},
                )
            daemon.wait(lambda: http.answers(f"http://127.0.0.1:{port}{self.health}"), seconds=90)
        return port

    def manage(self, *words: str, **variables: str) -> None:
        """Run the service's own administration command; secrets go by `variables`."""
        file = str(self.etc / f"{self.configuration}.conf")
        command = [str(self.bin / f"{self.name}-manage"), "--config-file", file, *words]
        env = {**environment.environment(), "PYTHONWARNINGS": "ignore", **variables}
        done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
        if done.returncode:
            said = (done.stdout + done.stderr)[-800:]
            raise say.Trouble(f"{self.name}-manage {words[0]} failed:\n{said}")

    def write_ahead(self) -> None:
        """Let readers of its SQLite file go on while one writes; the file remembers."""
        with sqlite3.connect(self.data / f"{self.name}.sqlite") as connection:
            connection.execute("PRAGMA journal_mode=WAL")

    def _port(self, prepare: Callable[[int], None]) -> int:
        recorded = self.etc / "port"
        if recorded.exists():
            return int(recorded.read_text())
        for folder in (self.etc, self.data):
            folder.mkdir(parents=True, exist_ok=True)
        port = ports.free()
        prepare(port)
        recorded.write_text(str(port))
        return port
