# SPDX-License-Identifier: Apache-2.0
"""`nova-cells-api`: the Compute API over HTTP; stateless, any number of them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from nova_cells.cli import roles, service
from nova_cells.cli.config import require
from nova_cells.cli.http_server import HttpServer
from nova_cells.global_api.app import make_app
from nova_cells.runtime import process
from nova_cells.runtime.workers import Orphanage, Workers, inherited_port


def make(conf: Any, argv: Sequence[str]) -> list[process.Service]:
    """The global side's API half and the HTTP server over it, here or in each of the workers."""
    listen, port = conf.listen, inherited_port()
    if port is None and listen.workers > 1:
        require(conf, "database.connection")
        command = [sys.executable, "-m", "nova_cells.cli.api", *argv]
        return [Workers(command, listen.host, listen.port, listen.workers)]
    side = roles.global_side(conf, roles=("api",))
    served = HttpServer(make_app(side), listen.host, listen.port, listen.threads, inherited=port)
    return [side, served] if port is None else [Orphanage(), side, served]


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--workers", type=int, help="processes; instead of [listen] workers")


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM."""
    given = list(sys.argv[1:] if argv is None else argv)
    return service.main(
        "nova-cells-api",
        __doc__,
        lambda conf: make(conf, given),
        given,
        add_arguments=_arguments,
        overrides={"workers": "listen.workers"},
    )


if __name__ == "__main__":
    sys.exit(main())
