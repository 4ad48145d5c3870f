# SPDX-License-Identifier: Apache-2.0
"""A companion service's folders, its port kept from run to run, and its own commands."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kit import environment, ports, say


@dataclass(frozen=True)
class Service:
    """`configuration` names its file in `etc`; its programs come from its own environment."""

    name: str
    configuration: str
    state: Path

    @property
    def bin(self) -> Path:
        """The programs of the service's own environment."""
        return environment.service(self.name)

    @property
    def packaged(self) -> Path:
        """The configuration files that its package brings."""
        return self.bin.parent / "etc" / self.name

    @property
    def etc(self) -> Path:
        return self.state / self.name / "etc"

    @property
    def data(self) -> Path:
        return self.state / self.name / "data"

    @property
    def file(self) -> Path:
        """Its configuration."""
        return self.etc / f"{self.configuration}.conf"

    def write(self, text: str, name: str = "") -> Path:
        """Its configuration, or another file in `etc`; secrets lie there: owner only."""
        path = self.etc / name if name else self.file
        path.touch(mode=0o600)
        path.write_text(text)
        return path

    def manage(self, *words: str, program: str = "", **variables: str) -> None:
        """Run the service's own administration command; secrets go by `variables`."""
        program = program or f"{self.name}-manage"
        command = [str(self.bin / program), "--config-file", str(self.file), *words]
        env = {**environment.environment(), "PYTHONWARNINGS": "ignore", **variables}
        done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
        if done.returncode:
            said = (done.stdout + done.stderr)[-800:]
            raise say.Trouble(f"{program} {' '.join(words)} failed:\n{said}")

    def write_ahead(self) -> None:
        """Let readers of its SQLite file go on while one writes; the file remembers."""
        with sqlite3.connect(self.data / f"{self.name}.sqlite") as connection:
            connection.execute("PRAGMA journal_mode=WAL")

    def port(self, prepare: Callable[[int], None]) -> int:
        """The port it has; a service that has none yet is made ready for one first."""
        recorded = self.etc / "port"
        if recorded.exists():
            return int(recorded.read_text())
        for folder in (self.etc, self.data):
            folder.mkdir(parents=True, exist_ok=True)
        port = ports.free()
        prepare(port)
        recorded.write_text(str(port))
        return port
