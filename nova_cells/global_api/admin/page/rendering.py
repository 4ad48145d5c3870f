# SPDX-License-Identifier: Apache-2.0
"""Pages leave here: Jinja2 with everything escaped, and headers that let only our own files in."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from pyramid.response import Response

from nova_cells.global_api.entry import CELLS

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = [
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
]


@cache
def templates() -> Environment:
    """One for the process; a name that is not given is a mistake of ours, not an empty text."""
    loader = PackageLoader("nova_cells.global_api.admin.page", "templates")
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    made.trim_blocks = made.lstrip_blocks = True
    return made


def base_of(request: Any) -> str:
    """Where the page begins."""
    return str(request.environ.get("SCRIPT_NAME", "")) + CELLS


def page(request: Any, template: str, status: int = 200, **values: Any) -> Response:
    """A page that nobody keeps."""
    session = request.environ.get("nova_cells.session")
    text = (
        templates()
        .get_template(template + ".html")
        .render(base=base_of(request), csrf=session["csrf"] if session else None, **values)
    )
    headers = [*HEADERS, ("Cache-Control", "no-store")]
    response = Response(text, status=status, content_type="text/html", charset="UTF-8")
    response.headerlist.extend(headers)
    return response


def away(request: Any, path: str, *cookies: str) -> Response:
    """See another page."""
    headers = [("Location", base_of(request) + path), ("Cache-Control", "no-store")]
    headers += [("Set-Cookie", each) for each in cookies]
    return Response(status=303, headerlist=[*headers, ("Content-Length", "0")], app_iter=[])
