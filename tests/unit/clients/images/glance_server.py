# SPDX-License-Identifier: Apache-2.0
"""As much of Keystone and Glance as the image client uses, on a loopback port of its own."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode

USER_TOKEN = "token-of-a-user"
OWN_TOKEN = "token-of-the-service"
PAGING = ("limit", "marker", "sort")


class Handler(BaseHTTPRequestHandler):
    """`server.images`: id → document; `server.files`: id → bytes; `server.asked`: (path, token)."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/v2/images":
            self.create(json.loads(body))
            return
        base = f"http://127.0.0.1:{self.server.server_port}"
        ends = [{"interface": "public", "region_id": "R", "region": "R", "url": base, "id": "e"}]
        token = {
            "methods": ["password"],
            "expires_at": "2999-01-01T00:00:00.000000Z",
            "issued_at": "2020-01-01T00:00:00.000000Z",
            "user": {"id": "u", "name": "nova", "domain": {"id": "default", "name": "Default"}},
            "project": {"id": "s", "name": "service", "domain": {"id": "default", "name": "D"}},
            "roles": [{"id": "r", "name": "service"}],
            "catalog": [{"type": "image", "name": "glance", "id": "g", "endpoints": ends}],
        }
        self.answer(201, {"token": token}, {"X-Subject-Token": OWN_TOKEN})

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers.get("X-Auth-Token")))
        path, _, query = self.path.partition("?")
        words = path.strip("/").split("/")
        if self.server.broken:
            self.answer(503, {})
        elif words[:2] == ["v2", "images"]:
            self.images(words[2:], query)
        else:
            link = {"rel": "self", "href": f"http://127.0.0.1:{self.server.server_port}/v2/"}
            version = {"id": "v2.16", "status": "CURRENT", "links": [link]}
            self.answer(300 if path == "/" else 200, {"versions": [version]})

    def create(self, wanted: dict) -> None:
        self.server.asked.append((self.path, self.headers.get("X-Auth-Token")))
        if self.server.broken or wanted["id"] in self.server.images:
            self.answer(503 if self.server.broken else 409, {})
        elif self.server.refuses:
            self.answer(self.server.refuses, {"message": "no"})
        else:
            owner = "p1" if self.headers.get("X-Auth-Token") == USER_TOKEN else "s"
            self.server.images[wanted["id"]] = {**wanted, "status": "queued", "owner": owner}
            self.answer(201, self.server.images[wanted["id"]])

    def do_PATCH(self) -> None:
        changes = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        image = self.server.images.get(self.path.rsplit("/", 1)[-1])
        if image is None:
            self.answer(404, {})
            return
        image.update({change["path"][1:]: change["value"] for change in changes})
        self.answer(200, image)

    def do_PUT(self) -> None:
        content, image_id = self.chunked(), self.path.split("/")[-2]
        if image_id not in self.server.images:
            self.answer(410, {})
            return
        self.server.uploads += 1
        self.server.put(image_id, content, **self.server.images[image_id] | {"status": "active"})
        self.answer(204, {})

    def chunked(self) -> bytes:
        """The body of a request that did not say its length."""
        found = b""
        while size := int(self.rfile.readline(), 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return found

    def do_DELETE(self) -> None:
        self.server.asked.append((self.path, self.headers.get("X-Auth-Token")))
        known = self.server.images.pop(self.path.rsplit("/", 1)[-1], None)
        self.answer(404 if known is None else 204, {})

    def images(self, words: list[str], query: str) -> None:
        if not words:
            self.page(query)
        elif words[0] not in self.server.images:
            self.answer(404, {})
        elif words[1:] == ["file"]:
            self.send_response(200)
            self.send_header("Content-Length", str(self.server.lengths[words[0]]))
            self.end_headers()
            self.wfile.write(self.server.files[words[0]])
            self.close_connection = True
        else:
            self.answer(200, self.server.images[words[0]])

    def page(self, query: str) -> None:
        """Two images a page, of those that are as the query says."""
        wanted = {name: value for name, value in parse_qsl(query) if name not in PAGING}
        ids = sorted(
            image_id
            for image_id, image in self.server.images.items()
            if all(image.get(name) == value for name, value in wanted.items())
        )
        start = ids.index(dict(parse_qsl(query))["marker"]) + 1 if "marker=" in query else 0
        page = {"images": [self.server.images[i] for i in ids[start : start + 2]]}
        if start + 2 < len(ids):
            page["next"] = f"/v2/images?{urlencode({**wanted, 'marker': ids[start + 1]})}"
        self.answer(200, page)

    def answer(self, status: int, document: dict, headers: dict | None = None) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        return


class GlanceServer(ThreadingHTTPServer):
    """Start it with `begin`, end it with `end`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.images: dict[str, dict] = {}
        self.files: dict[str, bytes] = {}
        self.lengths: dict[str, int] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.broken = False
        self.refuses = 0
        self.uploads = 0

    def put(self, image_id: str, content: bytes = b"", **facts: object) -> None:
        standard = {"status": "active", "visibility": "public", "disk_format": "qcow2"}
        standard |= {"container_format": "bare", "name": image_id}
        size = {"id": image_id, "size": len(content)}
        self.images[image_id] = {**standard, **facts, **size}
        self.files[image_id] = content
        self.lengths[image_id] = len(content)

    def begin(self) -> None:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def end(self) -> None:
        self.shutdown()
        self.server_close()
