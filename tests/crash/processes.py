# SPDX-License-Identifier: Apache-2.0
"""A deployment as operators run it: one process a role, RabbitMQ, a database server.

Roles are the real commands, run in forked children, so that a test can kill, pause and start each.
The parent must have no threads when it starts one.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import tempfile
import traceback
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from nova_cells.cli import access, api, compute, conductor, router, seed
from nova_cells.global_api import cell_registry
from nova_cells.runtime.db import Database, schema
from tests.crash.client import Client, until, until_clean
from tests.crash.life import OPTIONS, free_port
from tests.crash.remains import Stores, leftovers
from tests.stores import harness
from tests.stores.proxy import Proxy

SILENCE = 4.0
MAINS = {"api": api, "router": router, "conductor": conductor, "compute": compute}


class Child:
    """A forked process that runs `work` and ends with its result; its output goes to `log`."""

    def __init__(self, work: Callable[[], Any], log: Path) -> None:
        self.pid = os.fork()
        if not self.pid:
            status = 1
            try:
                output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
                os.dup2(output, 1)
                os.dup2(output, 2)
                status = int(work() or 0)
            except BaseException:  # noqa: BLE001 - the child's last word; it must not run on
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status)

    def wait(self) -> int:
        """Its exit status."""
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)


class Relay:
    """A TCP relay to a port of a server, in a child of its own; what it carries can be cut."""

    def __init__(self, target: int, folder: Path) -> None:
        self._target = target
        self._said = folder / f"relay-{target}"
        self._child = Child(self._work, folder / "relay.log")
        self.port = int(until(lambda: self._said.exists() and self._said.read_text(), "a relay"))

    @contextmanager
    def cut(self) -> Iterator[None]:
        """Nothing gets through for a block."""
        self._child.signal(signal.SIGUSR1)
        try:
            yield
        finally:
            self._child.signal(signal.SIGUSR2)

    def drop(self) -> None:
        """Cut every connection; new ones are welcome."""
        self._child.signal(signal.SIGHUP)

    def close(self) -> None:
        self._child.signal(signal.SIGKILL)
        self._child.wait()

    def _work(self) -> None:
        numbers = {signal.SIGUSR1, signal.SIGUSR2, signal.SIGHUP}
        signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
        proxy = Proxy(self._target)
        acts = {signal.SIGUSR1: proxy.cut, signal.SIGUSR2: proxy.mend, signal.SIGHUP: proxy.drop}
        self._said.with_suffix(".new").write_text(str(proxy.port))
        self._said.with_suffix(".new").replace(self._said)
        while True:
            acts[signal.sigwait(numbers)]()


@dataclass(frozen=True)
class CellPlan:
    """One cell: where its data and messages go; its processes reach both through relays."""

    name: str
    uuid: str
    database: str
    relayed: str
    transport: str


class Deployment:
    """Processes by name: api, router, <cell>-conductor-<n>, <cell>-compute."""

    def __init__(
        self, kind: str, *, cells: int, hosts: int, conductors: int, options: str = ""
    ) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="crash-"))
        self.hosts = hosts
        self.options = options
        self.port = free_port()
        self.cell_databases = Relay(harness.server(kind).port, self.root)
        self.broker = Relay(harness.server("rabbitmq").port, self.root)
        self.database = harness.new_database(kind)
        self.cells = [self._plan(kind, name) for name in ("east", "west", "north", "south")[:cells]]
        self.processes: dict[str, Child] = {}
        self._files()
        if Child(self._prepare, self.root / "prepare.log").wait():
            raise AssertionError((self.root / "prepare.log").read_text())
        self.names = ["api", "router"]
        for cell in self.cells:
            self.names += [f"{cell.name}-conductor-{n + 1}" for n in range(conductors)]
            self.names.append(f"{cell.name}-compute")

    def _plan(self, kind: str, name: str) -> CellPlan:
        url = harness.new_database(kind)
        relayed = through(url, self.cell_databases)
        transport = through(harness.new_vhost(), self.broker)
        return CellPlan(name, str(uuid.uuid4()), url, relayed, transport)

    def start(self, *names: str) -> None:
        """Start these processes, or all."""
        for name in names or self.names:
            role = name.split("-")[1] if "-" in name else name
            files = [self.root / "common.conf", self.root / f"{self._file_of(name)}.conf"]
            argv = [word for file in files for word in ("--config-file", str(file))]
            main = MAINS[role].main
            log = self.root / f"{name}.log"
            self.processes[name] = Child(lambda main=main, argv=argv: main(argv), log)

    def ready(self) -> None:
        """Wait until the API serves and all hosts are up."""
        admin = self.as_user("admin")
        wanted = self.hosts * len(self.cells)

        def up() -> bool:
            status, document = admin.call("GET", "/os-hypervisors/detail")
            found = document["hypervisors"] if status == 200 else []
            return sum(1 for each in found if each["state"] == "up") >= wanted

        until(up, f"{wanted} hosts up", 60)

    def as_user(self, who: str = "member") -> Client:
        """A client."""
        return Client(self.root, self.port, who)

    def settled(self, alive: list[str], seconds: float = 45.0) -> None:
        """Nothing is left over or missing; waits a little for the last acknowledgements."""
        until_clean(lambda: leftovers(self.stores, alive), seconds)

    def kill(self, *names: str) -> None:
        """End these at once."""
        for name in names:
            child = self.processes.pop(name)
            child.signal(signal.SIGKILL)
            child.wait()

    @contextmanager
    def paused(self, name: str) -> Iterator[None]:
        """Hold a process still for a block."""
        self.processes[name].signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.processes[name].signal(signal.SIGCONT)

    def close(self) -> None:
        """End everything; the databases stay on the shared servers until those end."""
        self.kill(*self.processes)
        self.cell_databases.close()
        self.broker.close()
        if "NOVA_CELLS_CRASH_KEEP" not in os.environ:
            shutil.rmtree(self.root, ignore_errors=True)

    @property
    def stores(self) -> Stores:
        return Stores(
            self.database,
            {cell.name: cell.database for cell in self.cells},
            {cell.name: self.root / "compute" / cell.name for cell in self.cells},
        )

    def _prepare(self) -> None:
        schema.upgrade(self.database, "global_api")
        database = Database(self.database, name="global")
        for cell in self.cells:
            schema.upgrade(cell.database, "cell")
            cell_registry.create(database, cell.uuid, cell.name, cell.transport)
        flavors = seed.flavors(database)
        images = seed.images(self.root / "images")
        endpoint = f"http://127.0.0.1:{self.port}/v2.1"
        document = access.document(endpoint, images, flavors, noauth=True)
        (self.root / "standalone.json").write_text(json.dumps(document))

    @staticmethod
    def _file_of(name: str) -> str:
        if "-" not in name:
            return "global"
        return "-".join(name.split("-")[:2])

    def _files(self) -> None:
        images = f"[images]\nsource = local\ndirectory = {self.root}/images\n"
        (self.root / "common.conf").write_text(OPTIONS + self.options + images)
        (self.root / "global.conf").write_text(
            f"[database]\nconnection = {self.database}\n"
            f"[router]\ncell_silence = {SILENCE}\n"
            f"[listen]\nport = {self.port}\n[api]\nauth = noauth\n"
        )
        for cell in self.cells:
            place = f"[cell]\nname = {cell.name}\nuuid = {cell.uuid}\n"
            place += f"transport_url = {cell.transport}\n"
            connection = f"connection = {cell.relayed}\n"
            (self.root / f"{cell.name}-conductor.conf").write_text(place + connection)
            hosts = ",".join(f"{cell.name}-{n + 1}" for n in range(self.hosts))
            (self.root / f"{cell.name}-compute.conf").write_text(
                place
                + f"[compute]\ndriver = fake\nhosts = {hosts}\naddress = {cell.name}-agent\n"
                + f"state_dir = {self.root}/compute/{cell.name}\n"
            )


def through(url: str, relay: Relay) -> str:
    """The same server by way of a relay."""
    parts = urlsplit(url)
    return parts._replace(netloc=f"{parts.netloc.rpartition(':')[0]}:{relay.port}").geturl()
