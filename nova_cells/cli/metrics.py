# SPDX-License-Identifier: Apache-2.0
"""The figures of a process over HTTP, where the configuration names a port for them.

They are for the operator's own collector: nobody is asked who they are, so the port belongs on
loopback or on a network of the operator's.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

from nova_cells.runtime import metrics, process
from nova_cells.runtime.workers import SEAT

PATH = "/metrics"
LIMITS = {"connection_limit": 20, "channel_timeout": 20, "max_request_body_size": 1024}


def services(conf: Any) -> list[process.Service]:
    """The port of this process; none where there is to be none."""
    options = conf.metrics
    if not options.port:
        return []
    from nova_cells.cli.http_server import HttpServer

    port = options.port + int(os.environ.get(SEAT, "0"))
    return [HttpServer(application, options.host, port, 1, limits=LIMITS)]


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """WSGI: one page, and nothing else."""
    if environ["PATH_INFO"] != PATH:
        start("404 Not Found", [("Content-Type", "text/plain")])
        return [f"The figures are at {PATH}.\n".encode()]
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        start("405 Method Not Allowed", [("Content-Type", "text/plain"), ("Allow", "GET, HEAD")])
        return [b"They can only be read.\n"]
    kind, text = metrics.exposition()
    start("200 OK", [("Content-Type", kind), ("Content-Length", str(len(text)))])
    return [text]
