# SPDX-License-Identifier: Apache-2.0
"""The description of one version. It is made once per process, and the same for everybody.

The version stands in the query, so that a browser can ask; without one the newest is meant.
"""

from __future__ import annotations

from typing import Any

from pyramid.response import Response

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.faults_http import UnsupportedVersion
from nova_cells.global_api.policies import PUBLIC
from nova_cells.global_api.resources.openapi_document.answers import DOCUMENT
from nova_cells.global_api.responses import JSON, version_headers
from nova_cells.global_api.versioning import NEWEST, OLDEST, QuerySchema, Text
from nova_cells.global_api.versioning.negotiate import Malformed, parse

QUERY = QuerySchema("openapi_document", {"microversion": Text(longest=32)})


@api_view(route_name="openapi_document", policy=PUBLIC, query=QUERY, answer=DOCUMENT)
def show(_root: Any, request: Any) -> Any:
    from nova_cells.global_api.openapi.document import text  # reads all views, and so this one

    body = text(_minor(request.query.get("microversion", "latest")))
    headers = [
        *version_headers(request),
        ("Content-Type", JSON),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "public, max-age=3600"),
    ]
    return Response(status=200, headerlist=headers, app_iter=[body])


def _minor(wanted: str) -> int:
    try:
        asked = parse(wanted)
    except Malformed:
        raise BadRequest(
            f"Invalid input for query parameters microversion. Value: {wanted!r}. "
            "Must be of format MajorNum.MinorNum."
        ) from None
    if asked.minor is None:
        raise UnsupportedVersion(
            f"Version {asked.text} is not supported by the API. "
            f"Minimum is 2.{OLDEST} and maximum is 2.{NEWEST}."
        )
    return asked.minor
