# SPDX-License-Identifier: Apache-2.0
"""Our cloud on that ground: one process with all roles, two hosts with real guests.

It may be ended and begun again at any time: what it knows is in its folder.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from kit import http
from kit.stack import our_cloud
from kit.stack.rest import Rest

from nova_cells.runtime import crash
from tests.crash.client import until
from tests.real.ground import CHECKOUT
from tests.stack.ground import Ground

NEWEST = "compute 2.104"
FLAVORS = {"tiny": (112, 1), "tiny-more": (128, 1)}
QUICK = """\
[compute]
beat_interval = 1
[image_cache]
directory = {folder}/cache
[neutron]
heal_interval = 10
"""


class StackCloud:
    """One cell; `options` is more of its configuration."""

    def __init__(self, ground: Ground, options: str = "") -> None:
        self.ground = ground
        self.endpoint = f"http://127.0.0.1:{ground.port}/v2.1"
        self._folder = ground.folder / "cloud"
        self._folder.mkdir(exist_ok=True)
        self._process: subprocess.Popen[bytes] | None = None
        text = our_cloud.configuration(ground.stack, ground.hosts)
        self._conf = self._folder / "cloud.conf"
        self._conf.touch(mode=0o600)
        self._conf.write_text(text + QUICK.format(folder=ground.folder) + options)

    def begin(self, fatal: str = "") -> None:
        """A new life, which ends at `fatal` ("point@visit"); returns when it serves."""
        self.end()
        environment = {**os.environ, **our_cloud.environment(self.ground.stack)}
        environment |= {crash.VARIABLE: fatal, "PYTHONPATH": str(CHECKOUT)}
        command = [sys.executable, "-m", "nova_cells.cli.main", "standalone"]
        command += ["--state-dir", str(self._folder), "--port", str(self.ground.port)]
        command += [
            "--cells",
            "1",
            "--hosts",
            str(len(self.ground.hosts.told)),
            "--driver",
            "libvirt",
        ]
        command += ["--auth", "keystone", "--config-file", str(self._conf)]
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                env=environment,
                stdout=output,
                stderr=output,
                cwd=CHECKOUT,
            )
        until(lambda: self._serves() or not self.alive, "the cloud serves", 90)
        if not self.alive:
            raise AssertionError(f"it ended at once:\n{self.log.read_text()[-2000:]}")
        token = self.ground.stack.catalog().token("admin", "admin")
        compute = Rest(self.endpoint, token, NEWEST)
        until(lambda: self._hosts_are_up(compute), "its hosts are in service", 90)

    @property
    def log(self) -> Path:
        """What it printed."""
        return self._folder / "output.log"

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def end(self) -> None:
        """Kill it, wherever it is; its guests run on."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def flavors(self, compute: Rest) -> dict[str, str]:
        """Name → id of flavors that emulated guests can have."""
        have = {flavor["name"]: flavor["id"] for flavor in compute.get("/flavors")["flavors"]}
        for name, (memory, disk) in FLAVORS.items():
            if name not in have:
                wanted = {"name": name, "ram": memory, "disk": disk, "vcpus": 1}
                have[name] = compute.post("/flavors", {"flavor": wanted})["flavor"]["id"]
        return {name: have[name] for name in FLAVORS}

    def _hosts_are_up(self, compute: Rest) -> bool:
        services = compute.get("/os-services?binary=nova-compute")["services"]
        up = {one["host"] for one in services if one["state"] == "up"}
        return up >= set(self.ground.hosts.told)

    def _serves(self) -> bool:
        return http.answers(f"http://127.0.0.1:{self.ground.port}/")
