# SPDX-License-Identifier: Apache-2.0
"""A running cloud and the `openstack` command that talks to it."""

from __future__ import annotations

import json
import os
import subprocess
import time
import unittest
from pathlib import Path
from typing import Any

from kit import environment


class ClientCase(unittest.TestCase):
    """`clouds` and `cloud` say where the client looks; set by the concrete class."""

    clouds: Path
    cloud: str

    def openstack(self, *words: str, cloud: str | None = None) -> Any:
        """The client's parsed answer; fails the test with its words when it refuses."""
        done = self.run_client(*words, "-f", "json", cloud=cloud)
        self.assertEqual(0, done.returncode, f"openstack {' '.join(words)}: {done.stderr}")
        return json.loads(done.stdout)

    def do(self, *words: str, cloud: str | None = None) -> str:
        """The same for commands that answer text or nothing."""
        done = self.run_client(*words, cloud=cloud)
        self.assertEqual(0, done.returncode, f"openstack {' '.join(words)}: {done.stderr}")
        return done.stdout

    def refused(self, *words: str, cloud: str | None = None) -> str:
        """What the client said when it was refused; fails when it was not."""
        done = self.run_client(*words, cloud=cloud)
        self.assertNotEqual(0, done.returncode, f"openstack {' '.join(words)} was not refused")
        return done.stderr

    def run_client(self, *words: str, cloud: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run the client once."""
        client = environment.service("client") / "openstack"
        values = {name: value for name, value in os.environ.items() if not name.startswith("OS_")}
        values |= {"OS_CLIENT_CONFIG_FILE": str(self.clouds), "PYTHONWARNINGS": "ignore"}
        values.pop("PYTHONDONTWRITEBYTECODE", None)
        return subprocess.run(
            [str(client), "--os-cloud", cloud or self.cloud, *words],
            capture_output=True,
            text=True,
            env=values,
            check=False,
        )

    def wait_for(self, server: str, status: str, seconds: float = 30) -> dict[str, Any]:
        """The server once it has the status."""
        until = time.monotonic() + seconds
        while True:
            shown = self.openstack("server", "show", server)
            if shown["status"] == status:
                return shown
            if time.monotonic() > until:
                self.fail(f"{server} is {shown['status']}, not {status}: {shown.get('fault')}")
            time.sleep(0.3)

    def wait_gone(self, server: str, seconds: float = 30) -> None:
        """Until the server is no longer listed."""
        until = time.monotonic() + seconds
        while server in [row["Name"] for row in self.openstack("server", "list")]:
            if time.monotonic() > until:
                self.fail(f"{server} is still listed")
            time.sleep(0.3)
