# SPDX-License-Identifier: Apache-2.0
"""`nova-cells-console`: lets browsers reach the consoles of guests, of one cell or of all."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nova_cells.cell.console.grants import CellGrants, NotAdmitted
from nova_cells.cell.console.proxy import ConsoleProxy
from nova_cells.cli import config, service
from nova_cells.cli.cell_bus import CellBus
from nova_cells.global_api.cells import CellDirectory
from nova_cells.global_api.console_tokens import ConsoleTokens
from nova_cells.global_api.faults import CellUnavailable, NotFound
from nova_cells.objects import ConsoleGrant
from nova_cells.runtime import process
from nova_cells.runtime.db import Database
from nova_cells.runtime.periodic import Periodic


@dataclass(frozen=True)
class AllCells:
    """Asks the cell that the token begins with, as the API does; keeps nothing."""

    tokens: ConsoleTokens

    def __call__(self, token: str) -> ConsoleGrant:
        try:
            return self.tokens.grant(token)
        except NotFound as fault:
            raise NotAdmitted(403, "The token is not valid, or not any more.") from fault
        except CellUnavailable as fault:
            raise NotAdmitted(503, "The cell of this token does not answer.") from fault


def make(conf: Any) -> list[process.Service]:
    """With a cell's bus: a proxy of that cell. Else one of all cells the global database knows."""
    if conf.cell.transport_url:
        found = CellBus(conf)
        return [found, ConsoleProxy(conf.console, CellGrants(found.bus))]
    if not conf.database.connection:
        raise config.ConfigurationIncomplete(
            "set [cell] transport_url (consoles of that cell) or [database] connection (of all "
            "cells) in the configuration file"
        )
    database = Database(conf.database.connection, name="global")
    cells = CellDirectory(database, silence=conf.router.cell_silence, conf=conf)
    watch = Periodic("cell-directory", conf.router.directory_interval, cells.refresh)
    grants = AllCells(ConsoleTokens(cells, timeout=conf.api.command_timeout))
    return [cells, watch, ConsoleProxy(conf.console, grants)]


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM."""
    return service.main("nova-cells-console", __doc__, make, argv)


if __name__ == "__main__":
    sys.exit(main())
