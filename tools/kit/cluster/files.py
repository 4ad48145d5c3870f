# SPDX-License-Identifier: Apache-2.0
"""The configuration files of a cluster's roles: each role's file holds only its own secrets."""

from __future__ import annotations

from pathlib import Path

from kit.cluster.plan import CellPlan, Plan

LOCAL_IMAGES = """\
[images]
source = local
directory = {state}/images
"""

COMMON = """\
[deployment]
id = {deployment}

[local_network]
enabled = true

"""

GLOBAL = """\
[database]
connection = {database}

[listen]
host = 127.0.0.1
port = {port}
workers = {workers}

[api]
auth = {auth}
"""

CELL = """\
[cell]
name = {name}
uuid = {uuid}
transport_url = {transport}
"""

COMPUTE = """\
[compute]
driver = {driver}
hosts = {hosts}
address = {name}-agent
state_dir = {state}/compute/{name}
"""


class Files:
    """Writes them below STATE/etc, owner only."""

    def __init__(self, state: Path, plan: Plan) -> None:
        self._state = state
        self._plan = plan
        self.identity = ""
        self.images = LOCAL_IMAGES.format(state=state)
        self._folder = state / "etc"
        self._folder.mkdir(parents=True, exist_ok=True)

    def path(self, name: str) -> Path:
        """Where a role's file is."""
        return self._folder / f"{name}.conf"

    def write_global(self, database: str) -> Path:
        """For the API, the router and nova-cells-manage."""
        plan = self._plan
        text = GLOBAL.format(
            database=database, port=plan.port, workers=plan.api_workers, auth=plan.auth
        )
        return self._write("global", text + self.identity + self.images)

    def write_conductor(self, cell: CellPlan, database: str, transport: str) -> Path:
        """For a cell's conductors: the only ones with its database."""
        text = self._cell(cell, transport) + f"connection = {database}\n"
        return self._write(f"{cell.name}-conductor", text + "\n" + self.images)

    def write_compute(self, cell: CellPlan, transport: str, options: str = "") -> Path:
        """For a cell's compute agent: no database at all. `options`: what it knows of its hosts."""
        hosts = ",".join(self._plan.host_names(cell.name))
        compute = COMPUTE.format(
            driver=self._plan.driver, hosts=hosts, name=cell.name, state=self._state
        )
        compute += options
        return self._write(
            f"{cell.name}-compute", self._cell(cell, transport) + compute + self.images
        )

    def _cell(self, cell: CellPlan, transport: str) -> str:
        return CELL.format(name=cell.name, uuid=cell.uuid, transport=transport)

    def _write(self, name: str, text: str) -> Path:
        path = self.path(name)
        path.touch(mode=0o600)
        path.write_text(COMMON.format(deployment=self._plan.deployment) + text)
        return path
