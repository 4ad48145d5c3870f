# SPDX-License-Identifier: Apache-2.0
"""A user with a plain HTTP client, who asks again only for what was never promised.

A 2xx is a promise: after it the wish is not repeated, whatever dies. Without an answer nobody
knows, so the user looks, and repeats what did not happen.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
NO_ANSWER = 0
VERSION = "2.104"


class NoAnswer(Exception):
    """The connection broke in the middle of a look."""


class Client:
    """`who` is a key of the tokens in standalone.json."""

    def __init__(self, root: Path, port: int, who: str = "member", timeout: float = 30.0) -> None:
        known = json.loads((root / "standalone.json").read_text())
        self.token = known["tokens"][who]
        self.flavors: dict[str, str] = known["flavors"]
        self.images: dict[str, str] = known["images"]
        self.port = port
        self.timeout = timeout

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """(status, document); (NO_ANSWER, None) when the connection broke."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        headers = {
            "X-Auth-Token": self.token,
            "OpenStack-API-Version": f"compute {VERSION}",
            "Content-Type": "application/json",
        }
        try:
            connection.request(
                method, f"/v2.1{path}", json.dumps(body) if body is not None else None, headers
            )
            response = connection.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException):
            return NO_ANSWER, None
        finally:
            connection.close()
        return response.status, json.loads(text) if text[:1] in (b"{", b"[") else text

    def boot(self, name: str, flavor: str = "m1.nano", **more: Any) -> tuple[int, Any]:
        """POST /servers; scheduler hints go by `hints`."""
        hints = more.pop("hints", None)
        server = {
            "name": name,
            "flavorRef": self.flavors[flavor],
            "imageRef": next(iter(self.images.values())),
            "networks": "auto",
            **more,
        }
        body = {"server": server}
        if hints:
            body["os:scheduler_hints"] = hints
        return self.call("POST", "/servers", body)

    def servers(self, query: str = "") -> list[dict[str, Any]]:
        """GET /servers/detail."""
        status, document = self.call("GET", f"/servers/detail{query}")
        if status == NO_ANSWER:
            raise NoAnswer(f"GET /servers/detail{query}")
        if status != 200:
            raise AssertionError(f"GET /servers/detail{query}: {status} {document}")
        return list(document["servers"])

    def named(self, name: str) -> list[dict[str, Any]]:
        """The servers of that name."""
        return [server for server in self.servers() if server["name"] == name]


def until(ask: Callable[[], T], what: str, seconds: float = 30.0) -> T:
    """The first true answer of `ask`; an assertion naming `what` when there is none in time."""
    end = time.monotonic() + seconds
    while not (answer := ask()):
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.02)
    return answer


def until_clean(look: Callable[[], list[str]], seconds: float) -> None:
    """Wait until `look` finds nothing wrong; an assertion with what it found if it always does."""
    found: list[str] = []

    def clean() -> bool:
        found[:] = look()
        return not found

    try:
        until(clean, "clean stores", seconds)
    except AssertionError:
        raise AssertionError("left over: " + "; ".join(found[:10])) from None
