# SPDX-License-Identifier: Apache-2.0
"""Logging in by a token, or by name and password where there is a Keystone to ask; logging out.

Nothing that was typed is kept but the token, sealed; nothing of it is shown again or logged.
"""

from __future__ import annotations

import hmac
import secrets
from typing import Any

from nova_cells.clients.identity.login import NotLetIn, token_of
from nova_cells.global_api.admin.page.page_view import page_view
from nova_cells.global_api.admin.page.rendering import away, page
from nova_cells.global_api.admin.page.sessions import FORM, NAME, cookie, set_cookie
from nova_cells.global_api.faults import Forbidden
from nova_cells.global_api.policies import PUBLIC

_FORM_AGE = 3600
FOREIGN = "The form did not come from this page. Open the page again, and let it set cookies."


@page_view(route_name="page.login", policy=PUBLIC)
def show(request: Any) -> Any:
    again = request.params.get("again")
    return _form(request, "Your token is not valid, or not any more." if again else None)


@page_view(route_name="page.login", policy=PUBLIC, method="POST")
def log_in(request: Any) -> Any:
    given = request.POST
    _check(request, cookie(request.environ, FORM))
    token = given.get("token", "").strip()
    if not token:
        try:
            token = token_of(request.side.conf, given)
        except NotLetIn as refusal:
            return _form(request, str(refusal), 403)
    if not token.isascii() or not token.isprintable():
        return _form(request, "That is no token.", 403)
    begun = request.registry.sessions.begin(request.environ, token)
    if begun is None:
        return _form(request, "This token is too long for a cookie.", 403)
    return away(request, "/", begun, set_cookie(request.environ, FORM, "", 0))


@page_view(route_name="page.logout", policy=PUBLIC, method="POST")
def log_out(request: Any) -> Any:
    _check(request, request.environ["nova_cells.session"]["csrf"])
    return away(request, "/login", set_cookie(request.environ, NAME, "", 0))


def _form(request: Any, message: str | None, status: int = 200) -> Any:
    secret = secrets.token_urlsafe(24)
    by_name = request.side.conf.api.auth != "noauth"
    response = page(request, "login", status, form=secret, message=message, by_name=by_name)
    response.headerlist.append(("Set-Cookie", set_cookie(request.environ, FORM, secret, _FORM_AGE)))
    return response


def _check(request: Any, wanted: str | None) -> None:
    """A form of another site can neither read our cookie nor say that it is ours."""
    origin = request.headers.get("Origin")
    given = request.POST.get("csrf", "")
    foreign = origin is not None and origin.partition("://")[2] != request.host
    if foreign or not wanted or not hmac.compare_digest(given.encode(), wanted.encode()):
        raise Forbidden(FOREIGN)
