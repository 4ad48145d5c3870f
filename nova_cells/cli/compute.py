# SPDX-License-Identifier: Apache-2.0
"""`nova-cells-compute`: makes guests on one or many hosts; opens no shared database."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nova_cells.cell.compute.belonging import Belonging
from nova_cells.cli import config, roles, service
from nova_cells.cli.cell_bus import CellBus
from nova_cells.runtime import process


def make(conf: Any) -> list[process.Service]:
    """An agent on its cell's bus."""
    config.require(conf, "cell.transport_url")
    belonging = Belonging(Path(conf.compute.state_dir), conf.cell.transport_url, conf)
    found = CellBus(conf, belonging.reference)
    belonging.follow = found.look
    return [found, roles.agent(conf, found.bus, belonging)]


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM."""
    return service.main("nova-cells-compute", __doc__, make, argv)


if __name__ == "__main__":
    sys.exit(main())
