# SPDX-License-Identifier: Apache-2.0
"""OVN's two databases and the daemon between them, on sockets of our own: no port, no /run."""

from __future__ import annotations

import shutil
from pathlib import Path

from kit import apt, say
from kit.daemon import Daemon
from kit.hosts.shell import run
from kit.testing import suites

SCHEMAS = {"nb": "/usr/share/ovn/ovn-nb.ovsschema", "sb": "/usr/share/ovn/ovn-sb.ovsschema"}
DAEMONS = ("ovn-northd", "ovn-sb", "ovn-nb")
# What fits into the address of a socket.
LONGEST = 100


class Ovn:
    """The northbound one Neutron writes, the southbound one every chassis reads."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._folder = state / "ovn"

    def socket(self, name: str) -> Path:
        """Of the database `nb` or `sb`."""
        return self._folder / f"{name}.sock"

    def remote(self, name: str) -> str:
        """The same as a client is told."""
        return f"unix:{self.socket(name)}"

    def up(self) -> None:
        """Start what does not run."""
        apt.ensure(*suites.NETWORK)
        self._folder.mkdir(parents=True, exist_ok=True)
        if len(str(self.socket("nb"))) > LONGEST:
            raise say.Trouble(f"{self._state} is too long a path for sockets: choose another")
        for name, schema in SCHEMAS.items():
            self._serve(name, schema)
        daemon = Daemon("ovn-northd", self._state)
        remotes = [f"--ovnnb-db={self.remote('nb')}", f"--ovnsb-db={self.remote('sb')}"]
        control = f"--unixctl={self._folder}/northd.ctl"
        daemon.start(["ovn-northd", *remotes, control, "-vconsole:warn", "-vfile:off"])

    def down(self) -> None:
        """End them."""
        for name in DAEMONS:
            Daemon(name, self._state).stop(seconds=5)

    def forget(self) -> None:
        """Remove the databases."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _serve(self, name: str, schema: str) -> None:
        database = self._folder / f"{name}.db"
        if not database.exists():
            run("ovsdb-tool", "create", database, schema)
        daemon = Daemon(f"ovn-{name}", self._state)
        if daemon.pid:
            return
        self.socket(name).unlink(missing_ok=True)
        daemon.start(
            [
                *("ovsdb-server", str(database), f"--remote=p{self.remote(name)}"),
                f"--unixctl={self._folder}/{name}.ctl",
                *("-vconsole:warn", "-vfile:off"),
            ]
        )
        daemon.wait(self.socket(name).exists)
        tool = "ovn-nbctl" if name == "nb" else "ovn-sbctl"
        run(tool, f"--db={self.remote(name)}", "init")
