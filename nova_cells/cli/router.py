# SPDX-License-Identifier: Apache-2.0
"""`nova-cells-router`: listens to the cells' feeds and finishes what an API process left."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from nova_cells.cli import roles, service
from nova_cells.runtime import process


def make(conf: Any) -> list[process.Service]:
    """The global side's router half."""
    return [roles.global_side(conf, roles=("router",))]


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM."""
    return service.main("nova-cells-router", __doc__, make, argv)


if __name__ == "__main__":
    sys.exit(main())
