# SPDX-License-Identifier: Apache-2.0
"""The whole product on real hosts: `nova-cells standalone`, a process that may die at any point.

Its lives follow each other in one folder, while the guests live on in their hosts.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import libvirt

from nova_cells.cli.standalone.layout import Layout
from nova_cells.clients.images.local import LocalImages
from nova_cells.runtime import crash
from tests.crash.client import Client, until
from tests.crash.life import OPTIONS, free_port
from tests.crash.remains import Stores, leftovers
from tests.real.ground import CHECKOUT, HOSTS, Ground

START_WITHIN = 90.0
CONF = """\
[libvirt]
connection_uris = {uris}
peer_uri = qemu+tcp://%(host)s/system
peer_addresses = {addresses}
virt_type = qemu
[image_cache]
directory = {cache}
[compute]
shutdown_timeout = 0
[conductor]
shutdown_timeout = 0
"""


class WholeCloud:
    """One cell with both hosts, without identity service; `options` is more of its file."""

    def __init__(self, ground: Ground, root: Path, options: str = "") -> None:
        self.ground = ground
        self.root = root
        self.layout = Layout(root)
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        addresses = {name: host["address"] for name, host in ground.hosts.items()}
        text = CONF.format(
            uris=_pairs(ground.uris), addresses=_pairs(addresses), cache=ground.folder / "cache"
        )
        (root / "cloud.conf").write_text(OPTIONS + text + options)
        guest = next(iter(ground.images.directory.glob(f"{ground.guest.id}.*")))
        LocalImages(self.layout.images).add(guest, "guest")

    def begin(self, fatal: str = "") -> None:
        """A new life, which ends at `fatal` ("point@visit"); returns when it serves."""
        self.kill()
        self.port = free_port()
        environment = {**os.environ, crash.VARIABLE: fatal, "PYTHONPATH": str(CHECKOUT)}
        command = [sys.executable, "-m", "nova_cells.cli.main", "standalone"]
        command += ["--state-dir", str(self.root), "--port", str(self.port), "--cells", "1"]
        command += ["--hosts", str(len(HOSTS)), "--driver", "libvirt", "--auth", "noauth"]
        command += ["--config-file", str(self.root / "cloud.conf")]
        with (self.root / "output.log").open("ab") as output:
            self._process = subprocess.Popen(
                command, env=environment, stdout=output, stderr=output, cwd=CHECKOUT
            )
        until(lambda: self._serves() or not self.alive, "the cloud serves", START_WITHIN)

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """End it at once, wherever it is."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def close(self) -> None:
        """End it, and every guest it has made."""
        self.kill()
        for host in HOSTS:
            with _connection(self.ground.uris[host]) as connection:
                for domain in self._ours(connection):
                    if domain.isActive():
                        domain.destroy()
                    domain.undefineFlags(libvirt.VIR_DOMAIN_UNDEFINE_NVRAM)

    def client(self, who: str = "member") -> Client:
        return Client(self.root, self.port, who)

    def folders(self, host: str) -> set[str]:
        """What is on a host's disk of machines."""
        place = self.layout.cells(1)[0].folder / "compute" / "libvirt" / host / "instances"
        return {str(path.relative_to(place)) for path in place.glob("*")}

    def files(self, host: str, uuid: str) -> set[str]:
        place = self.layout.cells(1)[0].folder / "compute" / "libvirt" / host / "instances" / uuid
        return {path.name for path in place.glob("*")}

    def domains(self, host: str) -> dict[str, bool]:
        """The machines that a host's libvirt knows, and whether they run or are held."""
        with _connection(self.ground.uris[host]) as connection:
            return {one.UUIDString(): bool(one.isActive()) for one in self._ours(connection)}

    def wrong(self, homes: dict[str, str | None]) -> list[str]:
        """What is left over or missing; `homes`: server → its host, None where it has none."""
        found = [
            text for text in leftovers(self._stores, homes) if not text.startswith("guest of ")
        ]
        for host in HOSTS:
            wanted = {uuid for uuid, home in homes.items() if home == host}
            domains, folders = set(self.domains(host)), self.folders(host)
            if domains != wanted:
                found.append(f"{host} has the domains {domains}, not {wanted}")
            if folders != wanted:
                found.append(f"{host} has the folders {folders}, not {wanted}")
            found += [f"{host}: {name} is left" for name in self._litter(host, wanted)]
        return found

    @property
    def _stores(self) -> Stores:
        [place] = self.layout.cells(1)
        agents = {place.name: place.folder / "compute"}
        return Stores(self.layout.database_url, {place.name: place.database_url}, agents)

    def _litter(self, host: str, wanted: set[str]) -> list[str]:
        """Half-made files, notes of moves, landing places, and guests libvirt does not know."""
        odd = ("part", "departure-", "incoming-", "sent-", "old-size", "rescue", "capture")
        names = [name for uuid in wanted for name in self.files(host, uuid)]
        left = [name for name in names if any(word in name for word in odd)]
        with _connection(self.ground.uris[host]) as connection:
            left += [
                f"pool {pool.name()}"
                for pool in connection.listAllStoragePools()
                if pool.name().startswith("nova-cells-")
            ]
        running = {uuid for uuid, on in self.domains(host).items() if on}
        return left + [f"process of {uuid}" for uuid in self._processes(host) ^ running]

    def _processes(self, host: str) -> set[str]:
        """The machines of this cloud that have a QEMU in the host's namespace."""
        namespace = self.ground.hosts[host]["namespace"]
        told = subprocess.check_output(["ip", "netns", "pids", namespace], text=True)
        commands = [_command(pid) for pid in told.split()]
        known = {uuid for name in HOSTS for uuid in (*self.domains(name), *self.folders(name))}
        return {uuid for uuid in known for text in commands if f"instance-{uuid}" in text and uuid}

    def _ours(self, connection: libvirt.virConnect) -> list[libvirt.virDomain]:
        mark = f'deployment="{self.layout.deployment()}"'
        return [one for one in connection.listAllDomains() if mark in one.XMLDesc()]

    def _serves(self) -> bool:
        if not (self.root / "standalone.json").exists():
            return False
        status, document = self.client("admin").call("GET", "/os-hypervisors/detail")
        found = document["hypervisors"] if status == 200 else []
        return sum(1 for each in found if each["state"] == "up") == len(HOSTS)


@contextmanager
def _connection(uri: str) -> Iterator[libvirt.virConnect]:
    """A connection of our own, past the product."""
    connection = libvirt.open(uri)
    try:
        yield connection
    finally:
        connection.close()


def _pairs(values: dict[str, Any]) -> str:
    return ",".join(f"{name}:{value}" for name, value in values.items())


def _command(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ""
