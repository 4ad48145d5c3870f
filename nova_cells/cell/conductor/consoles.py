# SPDX-License-Identifier: Apache-2.0
"""Gives out tokens for consoles, and says what one is good for.

A token begins as the uuid of its cell does, so that the global side knows which cell to ask; the
cell keeps its digest only. One whose server moved or went is good for nothing.
"""

from __future__ import annotations

import uuid as uuids
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from nova_cells.cell.conductor.guests import Guests
from nova_cells.cell.db import console_tokens
from nova_cells.cell.db.console_tokens import Given
from nova_cells.contracts import FaultCode, Refused
from nova_cells.objects import Console, ConsoleGrant, ConsoleTarget
from nova_cells.objects.console import CELL_DIGITS, TYPES, digest_of
from nova_cells.runtime.clock import seconds
from nova_cells.runtime.db import Database

OPTIONS = {
    "novnc": ("vnc", "novncproxy_base_url"),
    "spice-html5": ("spice", "html5proxy_base_url"),
    "spice-direct": ("spice", "spice_direct_proxy_base_url"),
    "serial": ("serial_console", "base_url"),
    "webmks": ("mks", "mksproxy_base_url"),
}
"""Type → the group of its options, and the one that its URL begins with."""


@dataclass(frozen=True)
class Consoles:
    """The console half of the cell's interface."""

    conf: Any
    database: Database
    guests: Guests
    cell_uuid: str
    clock: Callable[[], int]

    def open(self, uuid: str, kind: str) -> Console:
        """A URL, good for a while."""
        if kind not in TYPES or not self.conf[OPTIONS[kind][0]].enabled:
            raise Refused(FaultCode.UNAVAILABLE_CONSOLE, f"Unavailable console type {kind}.")
        host, target = self.guests.console(uuid, kind)
        token = self.cell_uuid[:CELL_DIGITS] + str(uuids.uuid4())[CELL_DIGITS:]
        given = Given(uuid, kind, host, target.document())
        until = self.clock() + seconds(self.conf.consoleauth.token_ttl)
        digest = digest_of(token)
        self.database.write(lambda c: console_tokens.put(c, digest, given, until))
        group, option = OPTIONS[kind]
        return Console(type=kind, url=url_of(self.conf[group][option], kind, token))

    def grant(self, digest: str) -> ConsoleGrant:
        """What the token of this digest is good for now."""
        now = self.clock()
        given = self.database.read(lambda c: console_tokens.get(c, digest, now))
        if given is None or not self.guests.is_on(given.uuid, given.host):
            raise Refused(FaultCode.NO_SUCH_TOKEN, "The console token is not valid.")
        target = ConsoleTarget.from_document(given.target)
        return ConsoleGrant(instance_uuid=given.uuid, type=given.type, target=target)


def url_of(base: str, kind: str, token: str) -> str:
    """noVNC takes the token within the path of its own connection, the others as they are."""
    told = f"token={token}"
    if kind == "novnc":
        told = "path=" + quote(f"?{told}", safe="")
    scheme, netloc, path, query, fragment = urlsplit(base)
    return urlunsplit((scheme, netloc, path, f"{query}&{told}" if query else told, fragment))
