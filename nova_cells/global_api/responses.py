# SPDX-License-Identifier: Apache-2.0
"""How an answer leaves: JSON by orjson, with the version headers every routed answer carries."""

from __future__ import annotations

from typing import Any

import orjson
from pyramid.response import Response

JSON = "application/json"


def render(request: Any, result: Any, status: int) -> Response:
    """The response of a view: what it returned as JSON, or nothing, or its own response."""
    if isinstance(result, Response):
        return result
    headers = [*request.extra_headers, *version_headers(request)]
    if result is None:
        return Response(status=status, headerlist=[*headers, ("Content-Length", "0")], app_iter=[])
    body = orjson.dumps(result)
    headers += [("Content-Type", JSON), ("Content-Length", str(len(body)))]
    return Response(status=status, headerlist=headers, app_iter=[body])


def version_headers(request: Any) -> list[tuple[str, str]]:
    """Which version was spoken; none for the unversioned API or before one was agreed on."""
    echoed = request.environ.get("nova_cells.echo")
    if echoed is None:
        return []
    return [
        ("OpenStack-API-Version", f"compute {echoed}"),
        ("X-OpenStack-Nova-API-Version", echoed),
        ("Vary", "OpenStack-API-Version"),
        ("Vary", "X-OpenStack-Nova-API-Version"),
    ]
