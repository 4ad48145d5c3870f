# SPDX-License-Identifier: Apache-2.0
"""`nova-cells-conductor`: decides and records what happens in one cell; any number of them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from nova_cells.cli import config, roles, service
from nova_cells.cli.cell_bus import CellBus
from nova_cells.runtime import process


def make(conf: Any) -> list[process.Service]:
    """A conductor on its cell's bus and database."""
    config.require(conf, "cell.transport_url")
    found = CellBus(conf)
    return [found, roles.conductor(conf, found.bus)]


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM."""
    return service.main("nova-cells-conductor", __doc__, make, argv)


if __name__ == "__main__":
    sys.exit(main())
