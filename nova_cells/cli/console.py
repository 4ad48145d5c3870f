# SPDX-License-Identifier: Apache-2.0
"""`nova-cells-console`: lets browsers reach the consoles of one cell's guests."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from nova_cells.cell.console.grants import CellGrants
from nova_cells.cell.console.proxy import ConsoleProxy
from nova_cells.cli import config, service
from nova_cells.runtime import process
from nova_cells.runtime.messaging import Bus


def make(conf: Any) -> list[process.Service]:
    """A proxy that asks its cell's conductors."""
    config.require(conf, "cell.transport_url")
    return [ConsoleProxy(conf.console, CellGrants(Bus(conf.cell.transport_url, conf)))]


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM."""
    return service.main("nova-cells-console", __doc__, make, argv)


if __name__ == "__main__":
    sys.exit(main())
