# SPDX-License-Identifier: Apache-2.0
"""The API over a global side whose cells follow a script: for resources that need no guest.

`self.get("/flavors", 55, as_=MEMBER)` gives an `Answer`; versions are minor numbers. `ask` takes
any method. Whatever is answered, it is never a 5xx unless the test says so.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar

import orjson
from pyramid.request import Request

from nova_cells.global_api.app import make_app
from nova_cells.global_api.side import GlobalSide
from tests.api import declared
from tests.stores.base import StoreCase
from tests.unit.global_api.world import OTHER, PROJECT, Scenario, configuration

ADMIN = f"admin:{PROJECT}"
MEMBER = f"mia:{PROJECT}"
READER = f"rita:{PROJECT}:reader"
OUTSIDER = f"olga:{OTHER}"
NEWEST = 104


@dataclass(frozen=True)
class Answer:
    """What came back. `body` is the JSON value, or None for an empty body."""

    status: int
    body: Any
    headers: Any

    @property
    def fault(self) -> tuple[int, str]:
        """Status and name of the error envelope."""
        (name,) = self.body
        assert self.body[name]["code"] == self.status, self.body
        assert self.body[name]["message"], self.body
        return self.status, name

    @property
    def message(self) -> str:
        (envelope,) = self.body.values()
        return str(envelope["message"])


class SideCase(Scenario, StoreCase):
    """`overrides` are options of the side, group__option=value.

    The tests of a class share a database (emptied before each), a side that is not started, and
    the application over it.
    """

    tree = "global_api"
    overrides: ClassVar[dict[str, Any]] = {}
    side: ClassVar[GlobalSide]
    app: ClassVar[Any]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.side = GlobalSide(cls.options(), cls.database, images=None)
        cls.app = staticmethod(make_app(cls.side))

    @classmethod
    def options(cls) -> Any:
        return configuration(api__auth="noauth", **cls.overrides)

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        version: int | None = None,
        *,
        as_: str = ADMIN,
        raw: bytes | None = None,
        status: int | None = None,
    ) -> Answer:
        """One request; with `status` its code is asserted."""
        request = Request.blank(f"/v2.1{path}", method=method, environ=_LOOPBACK)
        request.headers["X-Auth-Token"] = as_
        if version is not None:
            request.headers["OpenStack-API-Version"] = f"compute 2.{version}"
        if body is not None or raw is not None:
            request.content_type = "application/json"
            request.body = json.dumps(body).encode() if raw is None else raw
        response = request.get_response(self.app)
        filled = response.content_type == "application/json" and response.body
        answer = Answer(
            response.status_code,
            orjson.loads(response.body) if filled else None,
            response.headers,
        )
        declared.check(request.environ, method, answer.status, answer.body)
        what = f"{method} {path} at {version}: {response.status_code} {response.text[:400]}"
        if status is not None:
            self.assertEqual(status, answer.status, what)
        else:
            self.assertLess(answer.status, 500, what)
        return answer

    def get(self, path: str, version: int | None = None, **more: Any) -> Answer:
        return self.ask("GET", path, None, version, **more)

    def post(self, path: str, body: Any, version: int | None = None, **more: Any) -> Answer:
        return self.ask("POST", path, body, version, **more)

    def put(self, path: str, body: Any, version: int | None = None, **more: Any) -> Answer:
        return self.ask("PUT", path, body, version, **more)

    def delete(self, path: str, version: int | None = None, **more: Any) -> Answer:
        return self.ask("DELETE", path, None, version, **more)

    def refused(self, expected: tuple[int, str], answer: Answer) -> None:
        self.assertEqual(expected, answer.fault, answer.body)


_LOOPBACK = {"REMOTE_ADDR": "127.0.0.1"}

BAD = (400, "badRequest")
DENIED = (403, "forbidden")
MISSING = (404, "itemNotFound")
CLASH = (409, "conflictingRequest")

__all__ = [
    "ADMIN",
    "BAD",
    "CLASH",
    "DENIED",
    "MEMBER",
    "MISSING",
    "NEWEST",
    "OTHER",
    "OUTSIDER",
    "PROJECT",
    "READER",
    "Answer",
    "SideCase",
]
