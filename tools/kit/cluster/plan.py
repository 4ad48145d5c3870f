# SPDX-License-Identifier: Apache-2.0
"""What a cluster consists of: its cells, hosts, passwords and files, kept from run to run."""

from __future__ import annotations

import json
import secrets
import uuid
from dataclasses import asdict, dataclass, field
from pathlib import Path

from kit import ports

CELL_NAMES = ("east", "west", "north", "south")


@dataclass
class CellPlan:
    """One cell; its database, virtual host and accounts are named `account`."""

    name: str
    uuid: str
    password: str

    @property
    def account(self) -> str:
        return f"cell_{self.name}"


@dataclass
class Plan:
    """All that is decided once."""

    deployment: str
    db: str
    auth: str
    port: int
    hosts: int
    driver: str
    password: str
    api_workers: int = 1
    cells: list[CellPlan] = field(default_factory=list)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}/v2.1"

    def host_names(self, cell: str = "") -> list[str]:
        """The hosts of a cell, or all."""
        cells = [one.name for one in self.cells if cell in ("", one.name)]
        return [f"{name}-{number + 1}" for name in cells for number in range(self.hosts)]

    def save(self, path: Path) -> None:
        """Owner only: passwords lie in it."""
        path.touch(mode=0o600)
        path.write_text(json.dumps(asdict(self), indent=2))

    @classmethod
    def load(cls, path: Path) -> Plan | None:
        """The plan of an earlier run."""
        if not path.exists():
            return None
        document = json.loads(path.read_text())
        cells = [CellPlan(**cell) for cell in document.pop("cells")]
        return cls(cells=cells, **document)

    @classmethod
    def make(
        cls,
        *,
        cells: int,
        hosts: int,
        db: str,
        auth: str,
        port: int,
        driver: str,
        api_workers: int = 1,
    ) -> Plan:
        """A new one."""
        plan = cls(
            deployment=str(uuid.uuid4()),
            db=db,
            auth=auth,
            port=port or ports.free(),
            hosts=hosts,
            driver=driver,
            api_workers=api_workers,
            password=secrets.token_urlsafe(12),
        )
        for number in range(cells):
            name = CELL_NAMES[number] if number < len(CELL_NAMES) else f"cell{number + 1}"
            plan.cells.append(CellPlan(name, str(uuid.uuid4()), secrets.token_urlsafe(12)))
        return plan
