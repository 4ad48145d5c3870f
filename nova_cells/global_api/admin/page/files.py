# SPDX-License-Identifier: Apache-2.0
"""The style sheet and the script. These two names and no others."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from pyramid.response import Response

from nova_cells.global_api.admin.page.page_view import page_view
from nova_cells.global_api.admin.page.rendering import HEADERS
from nova_cells.global_api.faults import NotFound
from nova_cells.global_api.policies import PUBLIC

KINDS = {"page.css": "text/css", "page.js": "text/javascript"}


@page_view(route_name="page.static", policy=PUBLIC)
def show(request: Any) -> Any:
    name = request.matchdict["file"]
    if name not in KINDS:
        raise NotFound("There is no such file.")
    response = Response(_read(name), content_type=KINDS[name], charset="UTF-8")
    response.headerlist.extend([*HEADERS, ("Cache-Control", "max-age=300")])
    return response


@cache
def _read(name: str) -> bytes:
    return (files("nova_cells.global_api.admin.page") / "static" / name).read_bytes()
