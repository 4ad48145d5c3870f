# SPDX-License-Identifier: Apache-2.0
"""A relay to a service that writes down what passes: how many requests something costs.

It is a process of its own: those who call it are forked, and may not share its threads.
"""

from __future__ import annotations

import http.client
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from tests.crash.client import until
from tests.crash.processes import Child

HOP = {"connection", "transfer-encoding", "content-length", "host", "keep-alive"}


class Counted:
    """`url`: where to ask in place of `target`; `seen` are "METHOD path", in order."""

    def __init__(self, target: str, folder: Path, name: str) -> None:
        self._target = urlsplit(target)
        self._lines = folder / f"{name}.seen"
        self._lines.touch()
        said = folder / f"{name}.port"
        self._child = Child(lambda: self._serve(said), folder / f"{name}.log")
        port = until(lambda: said.exists() and said.read_text(), f"the relay to {name}")
        self.url = self._target._replace(netloc=f"127.0.0.1:{port}").geturl()

    @property
    def seen(self) -> list[str]:
        return self._lines.read_text().splitlines()

    def close(self) -> None:
        self._child.signal(9)
        self._child.wait()

    def _serve(self, said: Path) -> None:
        target, lines = self._target, self._lines

        class Handler(BaseHTTPRequestHandler):
            protocol_version: ClassVar[str] = "HTTP/1.1"

            def do_GET(self) -> None:
                with lines.open("a") as file:
                    file.write(f"{self.command} {self.path.partition('?')[0]}\n")
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                onward = http.client.HTTPConnection(target.hostname, target.port, timeout=120)
                sent = {k: v for k, v in self.headers.items() if k.lower() not in HOP}
                onward.request(self.command, self.path, body or None, sent)
                answer = onward.getresponse()
                content = answer.read()
                self.send_response(answer.status)
                for key, value in answer.getheaders():
                    if key.lower() not in HOP:
                        self.send_header(key, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
                onward.close()

            do_POST = do_PUT = do_DELETE = do_PATCH = do_GET  # noqa: N815 - their caller's names

            def log_message(self, *words: object) -> None:
                return

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        said.with_suffix(".part").write_text(str(server.server_port))
        said.with_suffix(".part").replace(said)
        server.serve_forever()
