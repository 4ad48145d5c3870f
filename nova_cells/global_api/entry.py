# SPDX-License-Identifier: Apache-2.0
"""The outermost layer: request ids, and what part of a path is the way in.

Every operation is reachable below `/v2.1` and below `/v2.1/<project>`. The way in is cut off here
and kept in the environ, so that a route is written down once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from oslo_log import log

from nova_cells.global_api.faults_http import BROKEN, TooLarge, error
from nova_cells.runtime.context import new_request_id

LOG = log.getLogger(__name__)
PROJECT = re.compile(r"[0-9a-f-]+")
GLOBAL_ID = re.compile(r"req-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
VERSIONS = ("/v2.1", "/v2")
CELLS = "/cells"
WITHOUT_TOKEN = ("/v1/openapi.json", "/login")

WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Entry:
    """WSGI middleware around everything.

    `nova_cells.entry`: the way in, as links repeat it. `nova_cells.project`: the project named in
    it. `nova_cells.public`: version documents, which need no token.
    """

    def __init__(self, application: WsgiApp, most_bytes: int) -> None:
        self.application = application
        self.most_bytes = most_bytes

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request_id = environ["nova_cells.request_id"] = new_request_id()
        global_id = environ.get("HTTP_X_OPENSTACK_REQUEST_ID", "")
        environ["nova_cells.global_id"] = global_id if GLOBAL_ID.fullmatch(global_id) else None
        environ.pop("HTTP_X_VHM_ROOT", None)  # would steer Pyramid's traversal
        enter(environ)

        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            ids = [
                ("X-Compute-Request-Id", request_id),
                ("X-OpenStack-Request-ID", request_id),
            ]
            return start_response(status, [*headers, *ids], *exc_info)

        if _length(environ) > self.most_bytes:
            fault = TooLarge("Request is too large.")
            return error(fault.code, fault.message, [])(environ, start)
        try:
            return self.application(environ, start)
        except Exception:  # the edge of the process: what is below answers its own faults itself
            LOG.exception("A layer around the application failed")
            return error(500, BROKEN.format(request_id), [])(environ, start)


def enter(environ: dict[str, Any]) -> None:
    """Split the path of a request into its way in and the rest, which is what gets routed."""
    path = environ.get("PATH_INFO") or "/"
    for version in VERSIONS:
        if path == version or path.startswith(version + "/"):
            _enter_version(environ, version, path[len(version) :])
            return
    if path == CELLS or path.startswith(CELLS + "/"):
        _enter_cells(environ, path[len(CELLS) :])
        return
    environ["nova_cells.entry"] = VERSIONS[0]
    environ["nova_cells.public"] = True
    environ["PATH_INFO"] = "/@versions" if path == "/" else "/@root" + path


def _enter_version(environ: dict[str, Any], version: str, rest: str) -> None:
    environ["nova_cells.entry"] = version
    environ["nova_cells.legacy"] = version == "/v2"
    if rest in ("", "/"):
        environ["nova_cells.public"] = True
        environ["PATH_INFO"] = f"/@version{version}"
        return
    first, slash, below = rest[1:].partition("/")
    if PROJECT.fullmatch(first):
        environ["nova_cells.project"] = first
        environ["nova_cells.entry"] = f"{version}/{first}"
        rest = slash + below
    environ["PATH_INFO"] = rest or "/"


def _enter_cells(environ: dict[str, Any], rest: str) -> None:
    """The administrators' API and page; what needs no token is named."""
    environ["nova_cells.entry"] = CELLS
    environ["nova_cells.public"] = rest in WITHOUT_TOKEN or rest.startswith("/static/")
    environ["PATH_INFO"] = rest or "/"


def _length(environ: dict[str, Any]) -> int:
    try:
        return int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
