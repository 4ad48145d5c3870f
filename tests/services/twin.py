# SPDX-License-Identifier: Apache-2.0
"""What twins of other services have in common: reached by a session or over HTTP, counted, failing.

A twin behaves as the real one does where the tests look; contracts that run against both say so.
`switch` makes it fail: it sees each request before it is done and may answer in its place.
`notify` is called with what it would post as external events.
"""

from __future__ import annotations

import io
import json
import re
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from requests.adapters import BaseAdapter

Document = dict[str, Any]
SILENCE, LOST, GARBAGE = "silence", "lost", "garbage"
"""Nobody answers; it is done, and nobody answers; what is answered is no document."""
NONSENSE = {GARBAGE: b"<html>{", "nothing": b"{}", "list": b"[1]", "hollow": b"null"}
"""No document, and documents that are none of those asked for."""


@dataclass(frozen=True)
class Asked:
    """`token` is None for whoever shows none: the service behind `auth_type = none`."""

    method: str
    path: str
    query: dict[str, list[str]] = field(default_factory=dict)
    body: Any = None
    token: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def project(self) -> str | None:
        """Of tokens as NoAuth reads them, user:project."""
        return self.token.split(":")[1] if self.token and ":" in self.token else None

    @property
    def is_admin(self) -> bool:
        return self.token is None or self.token.startswith("admin:")

    @property
    def changes(self) -> bool:
        return self.method != "GET"


@dataclass
class Spoilt:
    """A request that was not answered as it should; `request_id` is None where nobody answered."""

    asked: Asked
    answer: int | str
    request_id: str | None = None


class Refused(Exception):
    """Answers this status, and this fault as the service words it."""

    def __init__(self, status: int, kind: str = "", message: str = "") -> None:
        super().__init__(message)
        self.status, self.kind, self.message = status, kind, message or f"the twin says {status}"


Switch = Callable[[Asked], int | str | None]
Route = tuple[str, re.Pattern[str], Callable[..., Any]]


class Twin:
    """One service; every method of a subclass that is a route runs alone."""

    host = "twin.test"

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.asked: list[Asked] = []
        self.spoilt: list[Spoilt] = []
        self.switch: Switch = lambda _asked: None
        self.routes: list[Route] = []
        self.notify: Callable[[list[Document]], Any] | None = None

    def tell(self, **event: Any) -> None:
        """Have `notify` called with this event, as the real one posts it: later, by itself."""
        if self.notify is not None:
            threading.Thread(target=self.notify, args=([event],), daemon=True).start()

    def route(self, method: str, path: str, do: Callable[..., Any]) -> None:
        """`path` may have {names}: `do(asked, *them)` answers a document, or raises Refused."""
        pattern = re.compile("^" + re.sub(r"{\w+}", r"([^/]+)", path) + "$")
        self.routes.append((method, pattern, do))

    def count(self, **wanted: Any) -> int:
        """How many requests there were (`method=`, `path=` narrow it down)."""
        return sum(all(getattr(a, k) == v for k, v in wanted.items()) for a in self.asked)

    def fault(self, number: int, answer: int | str, *, changes: bool = False) -> None:
        """The request of this number from now on, counted from 1, has this answer."""
        seen = iter(range(1, 1_000_000))

        def switch(asked: Asked) -> int | str | None:
            if changes and not asked.changes:
                return None
            return answer if next(seen) == number else None

        self.switch = switch

    def worded(self, refused: Refused) -> Document:
        """The body of a refusal."""
        return {"message": refused.message}

    def answer(self, asked: Asked) -> tuple[int, bytes]:
        """Raises ConnectionError where nobody answers."""
        with self.lock:
            self.asked.append(asked)
            wish = self.switch(asked)
            if wish is not None:
                self.spoilt.append(Spoilt(asked, wish))
            if wish == SILENCE:
                raise ConnectionError("nobody answers")
            if wish in NONSENSE:
                return 200, NONSENSE[str(wish)]
            if isinstance(wish, int):
                return wish, json.dumps(self.worded(Refused(wish))).encode()
            found = self._done(asked)
            if wish == LOST:
                raise ConnectionError("the answer is lost")
            return found

    def name_of(self, asked: Asked) -> str:
        """The id under which this service's own log would have the request it has answered."""
        request_id = f"req-{uuid.uuid4()}"
        for each in self.spoilt:
            if each.asked is asked:
                each.request_id = request_id
        return request_id

    def _done(self, asked: Asked) -> tuple[int, bytes]:
        for method, pattern, do in self.routes:
            if method == asked.method and (match := pattern.match(asked.path)):
                try:
                    document = do(asked, *match.groups())
                except Refused as refused:
                    return refused.status, json.dumps(self.worded(refused)).encode()
                if document is None:
                    return 204, b""
                if isinstance(document, bytes):
                    return 200, document
                return 201 if method == "POST" else 200, json.dumps(document).encode()
        return 404, json.dumps(self.worded(Refused(404))).encode()

    def session(self) -> requests.Session:
        """Whoever calls `url` with it is answered in this process."""
        session = requests.Session()
        session.mount(self.url, InProcess(self))
        return session

    @property
    def url(self) -> str:
        """Where it is for `session`; `serve` has another one."""
        return f"http://{self.host}"

    def serve(self) -> Serving:
        """Over HTTP, on a loopback port of its own, until `stop`."""
        return Serving(self)


class InProcess(BaseAdapter):
    """Carries requests to a twin in this process."""

    def __init__(self, twin: Twin) -> None:
        super().__init__()
        self._twin = twin

    def send(self, request: Any, *_args: Any, **_more: Any) -> requests.Response:
        try:
            body = content_of(dict(request.headers), _carried(request.body))
            asked = read(request.method, request.url, dict(request.headers), body)
            status, content = self._twin.answer(asked)
        except ConnectionError as silence:
            raise requests.exceptions.ConnectionError(str(silence)) from silence
        response = requests.Response()
        response.status_code, response.raw = status, io.BytesIO(content)
        response.url, response.request = request.url, request
        response.headers["Content-Type"] = "application/json"
        response.headers["x-openstack-request-id"] = self._twin.name_of(asked)
        return response

    def close(self) -> None:
        return


class Serving:
    """A twin over HTTP."""

    def __init__(self, twin: Twin) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(twin))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(twin: Twin) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _do(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = content_of(dict(self.headers), self.rfile.read(length) if length else b"")
            try:
                asked = read(self.command, self.path, dict(self.headers), body)
                status, content = twin.answer(asked)
            except ConnectionError:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("x-openstack-request-id", twin.name_of(asked))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _do  # noqa: N815

        def log_message(self, *_args: Any) -> None:
            return

    return Handler


def _carried(body: Any) -> bytes:
    """What is sent may come in pieces."""
    if body is None or isinstance(body, bytes):
        return body or b""
    return body.encode() if isinstance(body, str) else b"".join(body)


def content_of(headers: dict[str, str], body: bytes) -> Any:
    """A document, or bytes where they are said to be that."""
    kinds = [value for name, value in headers.items() if name.lower() == "content-type"]
    if "application/octet-stream" in kinds:
        return body
    return json.loads(body) if body else None


def read(method: str, url: str, headers: dict[str, str], body: Any) -> Asked:
    """A request, freed of how it came; a version in front of the path is left out."""
    words = urlsplit(url)
    path = re.sub(r"^/v[0-9.]+(?=/)", "", words.path)
    lower = {name.lower(): value for name, value in headers.items()}
    token = lower.get("x-auth-token")
    return Asked(method, path, parse_qs(words.query), body, token, lower)


def fits(thing: Document, query: dict[str, list[str]]) -> bool:
    """Whether a thing is one of those a list asks for; each name any of its values."""
    return all(
        str(thing.get(name, "")).lower() in {value.lower() for value in values}
        for name, values in query.items()
        if name not in ("fields", "limit", "marker")
    )


def cut(thing: Document, query: dict[str, list[str]]) -> Document:
    """Only the fields that are asked for."""
    fields = query.get("fields")
    return {name: thing[name] for name in fields if name in thing} if fields else thing


def new_id() -> str:
    return str(uuid.uuid4())


def numbers(first: int) -> Iterator[int]:
    """Counting, for names that are told apart."""
    while True:
        yield first
        first += 1
