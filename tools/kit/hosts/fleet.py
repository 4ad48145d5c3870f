# SPDX-License-Identifier: Apache-2.0
"""All hosts of one state directory, and the file that remembers them.

The file is written before anything is made: whatever a crash leaves behind, `down` finds.
"""

from __future__ import annotations

import fcntl
import hashlib
import ipaddress
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kit import say
from kit.hosts import network
from kit.hosts.host import PRIVATE, Host

START_SECONDS = 60.0


@contextmanager
def _alone() -> Iterator[None]:
    """One fleet at a time chooses its network on this machine."""
    with Path("/run/nova-cells-hosts.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Fleet:
    """Bring hosts up, tell how they are, take them away."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self._file = state / "hosts.json"
        self._tag = hashlib.sha256(str(state).encode()).hexdigest()[:5]
        self._bridge = f"ncb{self._tag}"

    def up(self, names: list[str]) -> dict[str, Any]:
        self._check(names)
        with _alone():
            record = self._record(names)
            network.have_bridge(self._bridge, record["network"])
        hosts = self._hosts(record)
        for host in hosts:
            host.start(self._bridge)
        with say.step(f"waiting for {len(hosts)} hosts"):
            for host in hosts:
                host.wait(START_SECONDS)
        return self.status()

    def start(self, name: str) -> dict[str, Any]:
        """Have one host running again; its guests are off, as after a power cut."""
        host = self._named(name)
        host.start(self._bridge)
        host.wait(START_SECONDS)
        return self.status()

    def crash(self, name: str) -> dict[str, Any]:
        """Pull one host's plug: libvirtd and guests are gone at once."""
        self._named(name).crash()
        return self.status()

    def connect(self, name: str, *, up: bool) -> dict[str, Any]:
        """Cut one host's network, or heal it; what runs there goes on."""
        host = self._named(name)
        network.have_leg(host.leg, up=up)
        if up and host.alive():
            host.wait(START_SECONDS)
        return self.status()

    def stop(self) -> dict[str, Any]:
        """End hosts and guests; what the hosts keep on disk is there for the next `up`."""
        for host in self._hosts(self._read()):
            host.stop()
        network.drop_bridge(self._bridge)
        return self.status()

    def down(self) -> dict[str, Any]:
        record = self._read()
        self.stop()
        for host in self._hosts(record):
            shutil.rmtree(host.folder, ignore_errors=True)
        if self._file.exists():
            self._file.unlink()
            shutil.rmtree(self.state / "hosts", ignore_errors=True)
            self._remove_if_empty()
        return {"state_dir": str(self.state), "hosts": []}

    def status(self) -> dict[str, Any]:
        record = self._read()
        described = [
            {
                "name": host.name,
                "uri": host.uri,
                "address": host.address,
                "namespace": host.namespace,
                "state_dir": str(host.folder),
                "connected": network.is_up(host.leg),
                "answers": host.answers(),
            }
            for host in self._hosts(record)
        ]
        return {
            "state_dir": str(self.state),
            "network": record["network"],
            "bridge": self._bridge,
            "connection_uris": {host["name"]: host["uri"] for host in described},
            "hosts": described,
        }

    def _named(self, name: str) -> Host:
        for host in self._hosts(self._read()):
            if host.name == name:
                return host
        raise say.Trouble(f"there is no host {name!r}")

    def _check(self, names: list[str]) -> None:
        for name in names:
            if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", name):
                raise say.Trouble(f"{name!r} is no name for a host")
        for place in PRIVATE.values():
            if self.state.is_relative_to(place):
                raise say.Trouble(f"the state directory can't be in {place}: hosts hide it")

    def _record(self, names: list[str]) -> dict[str, Any]:
        """The record with these names added, on disk."""
        record = self._read()
        record["network"] = record["network"] or network.choose()
        record["names"] += [name for name in names if name not in record["names"]]
        self.state.mkdir(parents=True, exist_ok=True)
        partial = self._file.with_suffix(".part")
        partial.write_text(json.dumps(record))
        partial.replace(self._file)
        return record

    def _read(self) -> dict[str, Any]:
        try:
            return json.loads(self._file.read_text())
        except FileNotFoundError:
            return {"network": "", "names": []}

    def _hosts(self, record: dict[str, Any]) -> list[Host]:
        if not record["names"]:
            return []
        addresses = list(ipaddress.ip_network(record["network"]).hosts())
        return [
            Host(
                name=name,
                folder=self.state / "hosts" / name,
                namespace=f"nc{self._tag}-{number}",
                leg=f"nc{self._tag}v{number}",
                address=str(addresses[9 + number]),
            )
            for number, name in enumerate(record["names"], 1)
        ]

    def _remove_if_empty(self) -> None:
        if not any(self.state.iterdir()):
            self.state.rmdir()
