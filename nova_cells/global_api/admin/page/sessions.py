# SPDX-License-Identifier: Apache-2.0
"""A browser's session is the administrator's own token, sealed in a cookie nobody else can read.

It proves nothing by itself: the token is judged by the token layer at every request, as if it had
come in a header, so a revoked one ends the session. The API below /cells/v1 knows no cookies.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from http.cookies import CookieError, SimpleCookie
from typing import Any

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from nova_cells.global_api.entry import CELLS, WsgiApp

NAME = "nova-cells-session"
FORM = "nova-cells-form"
_LONGEST = 4000
"""Bytes browsers are sure to keep."""


class BadKey(Exception):
    """A key in the configuration is none."""


class Sessions:
    """Seals and opens; `keys` as Fernet has them, the first one seals."""

    def __init__(self, keys: Sequence[str], length: int) -> None:
        try:
            self._seal = MultiFernet(
                [Fernet(key) for key in keys or [Fernet.generate_key().decode()]]
            )
        except ValueError as problem:
            raise BadKey("[cells_page] session_keys: each is 32 bytes in base64") from problem
        self.length = length

    @classmethod
    def from_conf(cls, conf: Any) -> Sessions:
        return cls(conf.cells_page.session_keys, conf.cells_page.session_length)

    def open(self, environ: dict[str, Any]) -> dict[str, str] | None:
        """The session of a request, if its cookie is one of ours and not too old."""
        sealed = cookie(environ, NAME)
        if sealed is None:
            return None
        try:
            found: dict[str, str] = orjson.loads(self._seal.decrypt(sealed, ttl=self.length))
        except InvalidToken:
            return None
        return found

    def begin(self, environ: dict[str, Any], token: str) -> str | None:
        """The Set-Cookie of a new session; None for a token no cookie can hold."""
        session = {"token": token, "csrf": secrets.token_urlsafe(24)}
        sealed = self._seal.encrypt(orjson.dumps(session)).decode()
        if len(sealed) > _LONGEST:
            return None
        return set_cookie(environ, NAME, sealed, self.length)


def cookie(environ: dict[str, Any], name: str) -> str | None:
    """One cookie of a request; what is malformed is no cookie."""
    try:
        found = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(name)
    except CookieError:
        return None
    return found.value if found is not None else None


def set_cookie(environ: dict[str, Any], name: str, value: str, age: int) -> str:
    """Only for this page, out of reach of scripts and of other sites."""
    secure = "; Secure" if environ["wsgi.url_scheme"] == "https" else ""
    path = environ.get("SCRIPT_NAME", "") + CELLS
    return f"{name}={value}; Path={path}; Max-Age={age}; HttpOnly; SameSite=Strict{secure}"


class SignedIn:
    """WSGI middleware: puts the session's token where the token layer looks for one."""

    def __init__(self, application: WsgiApp, sessions: Sessions) -> None:
        self.application = application
        self.sessions = sessions

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not is_page(environ):
            return self.application(environ, start_response)
        environ.pop("HTTP_X_AUTH_TOKEN", None)
        session = environ["nova_cells.session"] = self.sessions.open(environ)
        if environ.get("nova_cells.public"):
            return self.application(environ, start_response)
        if session is None:
            return _to_login(environ, start_response, "")
        environ["HTTP_X_AUTH_TOKEN"] = session["token"]
        return self._judged(environ, start_response)

    def _judged(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """A token that is not valid (any more) leads back to the form."""
        refused = False

        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            nonlocal refused
            refused = status.startswith("401")
            return (lambda data: None) if refused else start_response(status, headers, *exc_info)

        body = self.application(environ, start)
        return _to_login(environ, start_response, "?again=1") if refused else body


def is_page(environ: dict[str, Any]) -> bool:
    """Whether a browser's page was asked for, not the API."""
    below = environ["nova_cells.entry"] == CELLS
    return below and not environ["PATH_INFO"].startswith("/v1/")


def _to_login(environ: dict[str, Any], start_response: Any, query: str) -> Iterable[bytes]:
    place = environ.get("SCRIPT_NAME", "") + CELLS + "/login" + query
    headers = [("Location", place), ("Content-Length", "0"), ("Cache-Control", "no-store")]
    headers.append(("Set-Cookie", set_cookie(environ, NAME, "", 0)))
    start_response("303 See Other", headers)
    return []
