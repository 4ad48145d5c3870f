# SPDX-License-Identifier: Apache-2.0
"""Keystone and a service on one loopback port, which do what a test has put into `script`."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

OWN_PROJECT = "5e4f1ce0000000000000000000000000"
Deed = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Takes the next deed of the script; without one it answers with what it was asked."""

    protocol_version = "HTTP/1.1"
    server: FarService

    def do_GET(self) -> None:
        welcome = not self.server.strict or self.server.valid(self.headers["X-Auth-Token"])
        length = int(self.headers.get("Content-Length") or 0)
        chunked = "Transfer-Encoding" in self.headers
        self.body = self.chunked() if chunked else self.rfile.read(length)
        if self.path == "/v3/auth/tokens":
            self.server.token(self)
            return
        if not welcome:
            self.answer(401, {"error": {"code": 401, "message": "expired"}})
            return
        self.server.asked.append((self.command, self.path, dict(self.headers), self.body))
        with self.server.lock:
            deed = self.server.script.pop(0) if self.server.script else None
        if deed is None:
            self.answer(200, {"method": self.command, "path": self.path})
        else:
            deed(self)

    def do_POST(self) -> None:
        self.do_GET()

    def do_PUT(self) -> None:
        self.do_GET()

    def do_PATCH(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        self.do_GET()

    def chunked(self) -> bytes:
        """The body of a request that did not say its length."""
        found = b""
        while size := int(self.rfile.readline(), 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return found

    def answer(self, status: int, document: Any = None, **headers: str) -> None:
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.send_response(status)
        standard = {"Content-Type": "application/json", "X-OpenStack-Request-ID": "req-theirs"}
        for name, value in {**standard, **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        return


class FarService(ThreadingHTTPServer):
    """`asked`: (method, path, headers, body) of each request; `life`: seconds of a token.

    `strict` refuses tokens that have ended; `stalls`: seconds Keystone takes for a token.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: list[Deed] = []
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.lock = threading.Lock()
        self.tokens = 0
        self.named = "own-token-{}"
        self.life = 3600.0
        self.ends: dict[str, float] = {}
        self.strict = False
        self.locked = False
        self.stalls = 0.0
        self.scheme = "http"
        self.connections = 0

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_port}"

    def get_request(self) -> Any:
        self.connections += 1
        return super().get_request()

    def handle_error(self, *words: object) -> None:
        return  # a client that goes away is what many tests are about

    def token(self, handler: Handler) -> None:
        """What Keystone answers to a password."""
        if self.locked:
            handler.answer(401, {"error": {"code": 401, "message": "no", "title": "Unauthorized"}})
            return
        with self.lock:
            self.tokens += 1
            made = self.named.format(self.tokens)
        if self.stalls:
            time.sleep(self.stalls)
        now = time.time()
        self.ends[made] = now + self.life
        document = {
            "methods": ["password"],
            "expires_at": _instant(now + self.life),
            "issued_at": _instant(now),
            "user": {"id": "u", "name": "nova", "domain": {"id": "default", "name": "Default"}},
            "project": {"id": OWN_PROJECT, "name": "service", "domain": {"id": "d", "name": "D"}},
            "roles": [{"id": "r", "name": "service"}],
            "catalog": self.catalog(),
        }
        handler.answer(201, {"token": document}, X_Subject_Token=made)

    def valid(self, token: str | None) -> bool:
        """Whether it has not ended yet."""
        return self.ends.get(token or "", 0.0) > time.time()

    def catalog(self) -> list[dict[str, Any]]:
        """Volumes with the project in their path, images without; in two regions."""
        return [
            {"type": kind, "name": kind, "id": kind, "endpoints": self.endpoints(rest)}
            for kind, rest in (
                ("volumev3", f"/v3/{OWN_PROJECT}"),
                *((kind, "") for kind in ("network", "image", "baremetal")),
            )
        ]

    def endpoints(self, rest: str) -> list[dict[str, str]]:
        return [
            {
                "interface": interface,
                "region": region,
                "region_id": region,
                "url": f"{self.url}/{region}/{interface}{rest}",
                "id": f"{region}{interface}",
            }
            for region in ("one", "two")
            for interface in ("public", "internal", "admin")
        ]

    def begin(self) -> None:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def end(self) -> None:
        self.shutdown()
        self.server_close()


def _instant(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime(seconds))


def says(status: int, document: Any = None, **headers: str) -> Deed:
    """Answer so."""
    return lambda handler: handler.answer(status, document, **headers)


def sleeps(seconds: float) -> Deed:
    """Do not answer in time."""

    def deed(handler: Handler) -> None:
        time.sleep(seconds)
        handler.answer(200, {})

    return deed


def hangs_up(handler: Handler) -> None:
    """Close the connection without a word."""
    handler.close_connection = True


def drips(handler: Handler) -> None:
    """A byte now and then, for ever: of the head first."""
    try:
        while True:
            handler.wfile.write(b"H" if handler.path.endswith("head") else b"")
            if not handler.path.endswith("head"):
                handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
                while True:
                    handler.wfile.write(b" ")
                    time.sleep(0.05)
            time.sleep(0.05)
    except OSError:
        handler.close_connection = True


def floods(handler: Handler) -> None:
    """More bytes than anybody wants."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(1 << 40))
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(bytes(1 << 20))
    except OSError:
        handler.close_connection = True
