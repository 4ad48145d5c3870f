# SPDX-License-Identifier: Apache-2.0
"""`nova-cells standalone` as a real process, started and stopped as its user would."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from kit import environment, ports


class Standalone:
    """One state folder and the process that may be running on it."""

    def __init__(self, *options: str, port: int | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="nova-cells-test-")
        self.state = Path(self._folder.name) / "cloud"
        self._log = Path(self._folder.name) / "log"
        self.port = port or ports.free()
        self._options = options
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> float:
        """Start it; answers the seconds until its ready line."""
        command = [
            *(str(Path(sys.executable).parent / "nova-cells"), "standalone"),
            *("--state-dir", str(self.state), "--port", str(self.port), *self._options),
        ]
        begun = time.monotonic()
        # A pipe that nobody reads would stop it once its log has filled it.
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=environment.environment(),
            )
        line = self.process.stdout.readline()
        expected = f"ready http://127.0.0.1:{self.port}/v2.1\n"
        if line != expected:
            self.process.kill()
            self.process.communicate()
            raise AssertionError(f"said {line!r}: {self._log.read_text()[-3000:]}")
        return time.monotonic() - begun

    def stop(self) -> float:
        """SIGTERM; answers the seconds it took, raises when it ended badly."""
        begun = time.monotonic()
        self.process.terminate()
        code = self.process.wait(timeout=20)
        self.process.communicate()
        if code != 0:
            raise AssertionError(f"ended with {code}")
        return time.monotonic() - begun

    def access(self) -> dict[str, Any]:
        """What it wrote for clients."""
        return json.loads((self.state / "standalone.json").read_text())

    def remove(self) -> None:
        """Stop what runs and forget the folder."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.communicate()
        self._folder.cleanup()
