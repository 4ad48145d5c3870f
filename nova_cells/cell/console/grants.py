# SPDX-License-Identifier: Apache-2.0
"""Whether a token opens a console: asked of the cell each time, remembered nowhere."""

from __future__ import annotations

import re
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from nova_cells.contracts import Cell, FaultCode, Refused, Unknown
from nova_cells.objects import ConsoleGrant
from nova_cells.objects.console import digest_of
from nova_cells.runtime.messaging import Bus

_TOKEN = re.compile(r"(token(?:=|%3D))[^&\s'\"]+", re.IGNORECASE)


class NotAdmitted(Exception):
    """The connection is refused with this HTTP code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Grants(Protocol):
    """What a token is good for, or `NotAdmitted`."""

    def __call__(self, token: str) -> ConsoleGrant: ...


class CellGrants:
    """Asks any conductor of the cell."""

    def __init__(self, bus: Bus) -> None:
        self._cell = bus.client(Cell)

    def __call__(self, token: str) -> ConsoleGrant:
        try:
            grant: ConsoleGrant = self._cell.console_grant(digest=digest_of(token))
        except Refused as refusal:
            if refusal.code == FaultCode.NO_SUCH_TOKEN:
                raise NotAdmitted(403, "The token is not valid, or not any more.") from refusal
            raise NotAdmitted(503, "The cell can't say now what the token opens.") from refusal
        except Unknown as outcome:
            raise NotAdmitted(503, "The cell does not answer.") from outcome
        return grant


def token_in(path: str) -> str:
    """The token of a request: in its query, or in the path a client in HTML was told to use."""
    query = parse_qs(urlsplit(path).query)
    if "token" not in query and "path" in query:
        query = parse_qs(urlsplit(query["path"][0]).query)
    if "token" not in query:
        raise NotAdmitted(403, "A token is needed.")
    return query["token"][0]


def masked(text: str) -> str:
    """For logs: without tokens."""
    return _TOKEN.sub(r"\1***", text)


def check_origin(origin: str | None, host: str | None, allowed: list[str]) -> None:
    """A page of another site must not open a console with a token it came by.

    Programs send no Origin; browsers always do.
    """
    if origin is None:
        return
    found = urlsplit(origin)
    if found.netloc and (found.netloc == host or found.hostname in allowed):
        return
    raise NotAdmitted(403, "Consoles are not opened from this origin.")
