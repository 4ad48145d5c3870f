# SPDX-License-Identifier: Apache-2.0
"""Keystone, Glance and a standalone cloud that uses them; accounts and files to reach it."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
from pathlib import Path
from typing import Any

from kit import companions, http, ports, say
from kit.daemon import Daemon
from kit.quickstart import ground, session
from kit.quickstart.ground import CELLS, Ground

CONF = """\
[api]
auth = keystone

[{group}]
connection_uris = {uris}

[metadata]
namespaces = {namespaces}
"""


FORMS = {
    "libvirt": ("qcow2", "bare", "96"),
    "lxc": ("raw", "docker", "8"),
    "fake": ("raw", "bare", "96"),
}
"""Driver → disk format, container format and least memory of its image."""


class Cloud:
    """The cloud of one state folder."""

    def __init__(self, state: Path, found: Ground) -> None:
        self.state = state
        self.found = found
        self._facts = self._remembered()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._facts['port']}/v2.1"

    def up(self) -> None:
        """Start what does not run; all accounts, images and files are there afterwards."""
        services = companions.up(self.state, self._facts["password"], self.endpoint)
        self._write("clouds.yaml", services.clouds())
        self._write("nova-cells.conf", self._configuration(services))
        self._start()
        self._upload()

    def openstack(self, *words: str, json_out: bool = False) -> Any:
        """What the real client answers, as administrator; with `json_out` parsed."""
        command = [str(self.found.client / "openstack"), "--os-cloud", "nova-cells-admin", *words]
        if json_out:
            command += ["-f", "json"]
        done = subprocess.run(
            command, capture_output=True, text=True, env=self._environment(), check=False
        )
        if done.returncode:
            raise say.Trouble(f"openstack {' '.join(words)} failed:\n{done.stderr[-1500:]}")
        return json.loads(done.stdout) if json_out else done.stdout

    @staticmethod
    def stop(state: Path, *, forget: bool) -> None:
        """End every process of a state folder, guests included; unless forgotten, data stays."""
        for name in ("standalone", "glance", "keystone"):
            daemon = Daemon(name, state)
            if daemon.pid:
                say.line(f"stopping {name}")
            daemon.stop()
        ground.stop_hosts(state, forget=forget)
        session.stop_guests(state, forget=forget)

    def _start(self) -> None:
        daemon = Daemon("standalone", self.state)
        root = f"http://127.0.0.1:{self._facts['port']}/"
        with say.step("starting the cells"):
            daemon.start(self._command(), env={"PYTHONWARNINGS": "ignore"})
            daemon.wait(lambda: http.answers(root), seconds=60)

    def _command(self) -> list[str]:
        return [
            str(self.found.bin / "nova-cells"),
            "standalone",
            *("--state-dir", str(self.state / "cloud")),
            *("--port", str(self._facts["port"])),
            *("--cells", str(len(CELLS))),
            *("--hosts", "1" if self.found.uris else "3"),
            *("--driver", self.found.driver),
            *("--auth", "keystone"),
            *("--config-file", str(self.state / "nova-cells.conf")),
        ]

    def _configuration(self, services: companions.Companions) -> str:
        values = {"uris": self.found.uris, "namespaces": self.found.namespaces}
        text = CONF.format(
            group="lxc" if self.found.driver == "lxc" else "libvirt",
            **{
                name: ",".join(f"{host}:{what}" for host, what in found.items())
                for name, found in values.items()
            },
        )
        return text + services.identity() + services.images()

    def _upload(self) -> None:
        name = "guest" if self.found.guest else "blank"
        if any(image["Name"] == name for image in self.openstack("image", "list", json_out=True)):
            return
        with say.step(f"uploading the image {name!r}"):
            file = self.found.guest or self._blank()
            disk, container, min_ram = FORMS[self.found.driver]
            self.openstack(
                *("image", "create", "--public", "--container-format", container),
                *("--disk-format", disk, "--file", str(file), "--min-ram", min_ram, name),
            )

    def _blank(self) -> Path:
        path = self.state / "blank.raw"
        with path.open("wb") as file:
            file.truncate(2**20)
        return path

    def _remembered(self) -> dict[str, Any]:
        path = self.state / "facts.json"
        if not path.exists():
            facts = {"port": ports.free(), "password": secrets.token_urlsafe(12)}
            self._write("facts.json", json.dumps(facts))
        return json.loads(path.read_text())

    def _write(self, name: str, text: str) -> None:
        path = self.state / name
        path.touch(mode=0o600)
        path.write_text(text)

    def _environment(self) -> dict[str, str]:
        values = {key: value for key, value in os.environ.items() if not key.startswith("OS_")}
        values["OS_CLIENT_CONFIG_FILE"] = str(self.state / "clouds.yaml")
        values["PYTHONWARNINGS"] = "ignore"
        return values
