# SPDX-License-Identifier: Apache-2.0
"""One connection: admitted by its token, then bytes both ways until either side ends.

websockify keeps the target of a connection at its server, which all threads share; here it is kept
at the connection.
"""

from __future__ import annotations

import logging
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from websockify.websocketproxy import ProxyRequestHandler

from nova_cells.cell.console.grants import NotAdmitted, check_origin, masked, token_in
from nova_cells.cell.console.relay import relay
from nova_cells.objects import ConsoleTarget

LOG = logging.getLogger(__name__)

HEADERS_WITHIN = 30.0
LONGEST_ANSWER = 4096
PAGES = Path(__file__).parent / "pages"
OWN = frozenset(page.name for page in PAGES.iterdir())
GONE = 1011  # the WebSocket's code for a server that can't go on


class ConsoleHandler(ProxyRequestHandler):  # type: ignore[misc]
    """Its `server` is a `ConsoleServer`."""

    timeout = HEADERS_WITHIN

    def setup(self) -> None:
        super().setup()
        self.directory = self.server.web

    def handle_upgrade(self) -> None:
        try:
            with self.server.place():
                self._admit()
                super().handle_upgrade()
        except NotAdmitted as refusal:
            LOG.warning("console refused to %s: %s", self.client_address[0], refusal.message)
            self._refuse(refusal)

    def _refuse(self, refusal: NotAdmitted) -> None:
        # Without a page: what reads frames would take it for the guest's first ones.
        self.send_response(refusal.code, refusal.message)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def _admit(self) -> None:
        headers = self.headers
        check_origin(headers.get("Origin"), headers.get("Host"), self.server.allowed_origins)
        self.grant = self.server.grants(token_in(self.path))

    def new_websocket_client(self) -> None:
        grant = self.grant
        LOG.info("console %s of %s opened", grant.type, grant.instance_uuid)
        try:
            guest = connect(grant.target, self.server.connect_timeout)
        except OSError as problem:
            LOG.warning("console of %s: %s", grant.instance_uuid, problem)
            raise self.CClose(GONE, "The console can't be reached.") from problem
        with guest:
            try:
                ended = relay(self, guest)
            except OSError as problem:
                LOG.info("console of %s broke: %s", grant.instance_uuid, problem)
                raise self.CClose(GONE, "The console is gone.") from problem
            finally:
                LOG.info("console %s of %s closed", grant.type, grant.instance_uuid)
        raise self.CClose(*ended)

    def translate_path(self, path: str) -> str:
        name = urlsplit(path).path.lstrip("/")
        own = PAGES / name
        return str(own) if name in OWN else str(super().translate_path(path))

    def end_headers(self) -> None:
        # The page's address holds the token: it is nobody else's.
        self.send_header("Referrer-Policy", "no-referrer")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        LOG.debug("%s %s", self.client_address[0], masked(format % args))


def connect(target: ConsoleTarget, timeout: float) -> socket.socket:
    """A connection to a guest's console; raises OSError."""
    guest = socket.create_connection((target.host, target.port), timeout)
    try:
        if target.internal_access_path:
            _ask_for(guest, target.internal_access_path)
        guest.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:
        guest.close()
        raise
    return guest


def _ask_for(guest: socket.socket, path: str) -> None:
    """Some hypervisors have all consoles behind one port, told apart by a path."""
    guest.sendall(f"CONNECT {path} HTTP/1.1\r\n\r\n".encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        # Byte by byte would be slow, a whole read could swallow what the guest says next.
        peeked = guest.recv(LONGEST_ANSWER, socket.MSG_PEEK)
        end = (answer + peeked).find(b"\r\n\r\n")
        wanted = len(peeked) if end < 0 else end + 4 - len(answer)
        if not peeked or len(answer) + wanted > LONGEST_ANSWER:
            raise ConnectionError("the hypervisor gave no answer that could be understood")
        answer += guest.recv(wanted)
    status = answer.split(b"\r\n", 1)[0].split(b" ", 2)
    if len(status) < 2 or status[1] != b"200":
        raise ConnectionError("the hypervisor has no such console")
