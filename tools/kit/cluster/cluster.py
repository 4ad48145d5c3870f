# SPDX-License-Identifier: Apache-2.0
"""Brings a cluster up and down: servers, schemas, cells, then the processes of each role."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from kit import companions, http, say
from kit.cluster.files import Files
from kit.cluster.hypervisors import Hypervisors
from kit.cluster.plan import CellPlan, Plan
from kit.daemon import Daemon
from kit.mariadb import MariaDB
from kit.postgresql import PostgreSQL
from kit.rabbitmq import RabbitMQ
from nova_cells.cli import access, config, seed
from nova_cells.runtime.db import Database

BIN = Path(sys.executable).parent


class Cluster:
    """One cluster in one state folder."""

    def __init__(self, state: Path, plan: Plan) -> None:
        self._state = state
        self._plan = plan
        self._database = MariaDB(state) if plan.db == "mariadb" else PostgreSQL(state)
        self._broker = RabbitMQ(state)
        self._files = Files(state, plan)
        self._hypervisors = Hypervisors(state, plan)

    def up(self) -> None:
        """Start what does not run, make what is not there; returns when boots would work."""
        self._database.start()
        self._broker.start()
        self._hypervisors.up()
        clouds = access.noauth_clouds(self._plan.endpoint, access.noauth_tokens())
        if self._plan.auth == "keystone":
            services = companions.up(self._state, self._plan.password, self._plan.endpoint)
            self._files.identity, self._files.images = services.identity(), services.images()
            clouds = services.clouds()
        with say.step("schemas and cells"):
            global_file = self._files.write_global(
                self._database.database("global_api", self._plan.password)
            )
            self._manage(global_file, "api_db", "sync")
            for cell in self._plan.cells:
                self._prepare(cell, global_file)
            flavors, images = self._seed(global_file)
        with say.step("starting processes"):
            for name, command in self._commands().items():
                Daemon(name, self._state).start(command)
            api = Daemon("api", self._state)
            api.wait(lambda: http.answers(f"http://127.0.0.1:{self._plan.port}/"), seconds=60)
        self._wait_for_hosts(global_file)
        self._describe(flavors, images, clouds)

    def down(self) -> None:
        """Stop every process, servers last; data stays."""
        for name in (*reversed(self._commands()), *self._companions()):
            Daemon(name, self._state).stop()
        self._hypervisors.stop()
        self._broker.stop()
        self._database.daemon.stop()

    def pids(self) -> dict[str, int | None]:
        """Role → pid, nothing for one that does not run."""
        names = [*self._commands(), *self._companions()]
        daemons = [Daemon(name, self._state) for name in names]
        daemons += [self._database.daemon, self._broker.daemon]
        return {daemon.name: daemon.pid for daemon in daemons}

    def _prepare(self, cell: CellPlan, global_file: Path) -> None:
        database = self._database.database(cell.account, cell.password)
        transport = self._broker.vhost(cell.account, cell.password)
        conductor_file = self._files.write_conductor(cell, database, transport)
        hosts = self._hypervisors.options(self._plan.host_names(cell.name))
        self._files.write_compute(cell, transport, hosts)
        self._manage(conductor_file, "db", "sync")
        known = json.loads(self._manage(global_file, "cell", "list", "--format", "json"))
        if cell.uuid not in [row["UUID"] for row in known]:
            self._manage(
                global_file,
                *("cell", "create", "--name", cell.name, "--uuid", cell.uuid),
                env={"NOVA_CELLS_TRANSPORT_URL": transport},
            )

    def _commands(self) -> dict[str, list[str]]:
        """Role name → command line, in starting order."""
        commands = {}
        for cell in self._plan.cells:
            for role in ("conductor", "compute"):
                file = self._files.path(f"{cell.name}-{role}")
                command = [str(BIN / f"nova-cells-{role}"), "--config-file", str(file)]
                commands[f"{cell.name}-{role}"] = command
        for role in ("router", "api"):
            file = self._files.path("global")
            commands[role] = [str(BIN / f"nova-cells-{role}"), "--config-file", str(file)]
        return commands

    def _companions(self) -> tuple[str, ...]:
        return ("glance", "keystone") if self._plan.auth == "keystone" else ()

    def _seed(self, global_file: Path) -> tuple[dict[str, str], dict[str, str]]:
        images = self._images() if self._plan.auth == "noauth" else {}
        url = config.load([], [str(global_file)]).database.connection
        database = Database(url, name="global")
        try:
            return seed.flavors(database), images
        finally:
            database.close()

    def _images(self) -> dict[str, str]:
        return seed.images(self._state / "images", *self._hypervisors.images())

    def _wait_for_hosts(self, global_file: Path) -> None:
        wanted = self._plan.hosts * len(self._plan.cells)

        def registered() -> bool:
            hosts = json.loads(self._manage(global_file, "host", "list", "--format", "json"))
            return sum(1 for host in hosts if host["State"] == "up") >= wanted

        with say.step(f"waiting for {wanted} hosts"):
            Daemon("router", self._state).wait(registered, seconds=60)

    def _describe(self, flavors: dict[str, str], images: dict[str, str], clouds: str) -> None:
        noauth = self._plan.auth == "noauth"
        document = access.document(self._plan.endpoint, images, flavors, noauth=noauth)
        document["pids"] = self.pids()
        texts = {"cluster.json": json.dumps(document, indent=2), "clouds.yaml": clouds}
        for name, text in texts.items():
            path = self._state / name
            path.touch(mode=0o600)
            path.write_text(text + "\n")

    def _manage(self, file: Path, *words: str, env: dict[str, str] | None = None) -> str:
        command = [str(BIN / "nova-cells-manage"), "--config-file", str(file), *words]
        done = subprocess.run(
            command, capture_output=True, text=True, env={**os.environ, **(env or {})}, check=False
        )
        if done.returncode:
            raise say.Trouble(f"nova-cells-manage {' '.join(words)} failed:\n{done.stderr[-1500:]}")
        return done.stdout
