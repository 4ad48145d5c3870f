# SPDX-License-Identifier: Apache-2.0
"""`nova-cells-api`: the Compute API over HTTP; stateless, any number of them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from nova_cells.cli import roles, service
from nova_cells.cli.http_server import HttpServer
from nova_cells.global_api.app import make_app
from nova_cells.runtime import process


def make(conf: Any) -> list[process.Service]:
    """The global side's API half and the HTTP server over it."""
    side = roles.global_side(conf, roles=("api",))
    listen = conf.listen
    return [side, HttpServer(make_app(side), listen.host, listen.port, listen.threads)]


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM."""
    return service.main("nova-cells-api", __doc__, make, argv)


if __name__ == "__main__":
    sys.exit(main())
