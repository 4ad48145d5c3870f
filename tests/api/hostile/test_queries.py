# SPDX-License-Identifier: Apache-2.0
"""Wrong queries, ids and headers: told so, never a 5xx, and nothing unknown taken in silence."""

from __future__ import annotations

from urllib.parse import quote

from nova_cells.global_api.openapi import Endpoint
from tests.api.hostile.cloud import HostileCase, Reply
from tests.api.hostile.targets import live, query_windows

TEXTS = (
    "",
    "%00",
    "%FF",
    "%ED%A0%80",
    "%F0%9F%98%80",
    "%0A",
    "-1",
    "0",
    "1.0",
    "1e9",
    "%D9%A1",
    "9" * 40,
    "-" + "9" * 40,
    "x" * 3000,
    "[",
    "(a+)+$",
    "*",
    "{}",
    "None",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "2026-13-45",
    "00000000-0000-4000-8000-000000000001",
)
IDS = ("x", "0", "-1", "9" * 400, "%00", "%20", "..", "%2e%2e", "%2F", "%FF", "%F0%9F%98%80", ";")
VERSIONS = {
    400: (
        *("2", "2.", ".1", "2.01", "02.1", "2.1.1", "v2.1", "2,1", "2.-1", "-2.1", "a.b"),
        *("2.1 ", "2. 1", "latest!", "LATEST", "２.1", "2.1" + "0" * 40, ""),
    ),
    406: ("2.0", "2.105", "2.999", "1.1", "3.1", "2.1000000000"),
}
HEADERS = (
    ("Accept", "application/xml"),
    ("Accept", "\xff" * 50),
    ("X-OpenStack-Request-ID", "x" * 5000),
    ("X-OpenStack-Request-ID", "req-\xff"),
    ("X-VHM-Root", "/../.."),
    ("X-HTTP-Method-Override", "DELETE"),
    ("X-Forwarded-Host", "evil\xff"),
    ("Range", "bytes=0-0"),
    ("If-Match", "*"),
    ("Cookie", "a" * 8000),
    ("Authorization", "Basic \xff"),
    ("Content-Type", "application/json; charset=\xff"),
    ("X-User-Id", "somebody"),
    ("X-Roles", "admin"),
)
TOKENS = ("", "x", "a:g:c", "admin", "admin:" + "z" * 40, "\xff:abc", "a" * 9000)


class QueriesTest(HostileCase):
    def get(self, endpoint: Endpoint, minor: int, query: str = "") -> Reply:
        path = self.victim.path(endpoint.path)
        prefix = "" if endpoint.root else "/v2.1"
        return self.victim.ask(endpoint.method, f"{prefix}{path}{query}", minor=minor)

    def test_values(self) -> None:
        total = 0
        for endpoint in live():
            if endpoint.operation.query is None or endpoint.root:
                continue
            for minor in query_windows(endpoint)[-1:]:
                for name in endpoint.operation.query.parameters:
                    for text in TEXTS:
                        reply = self.get(endpoint, minor, f"?{quote(name)}={text}")
                        what = f"{endpoint.name} {name}={text[:40]} at 2.{minor}: {reply.body}"
                        self.assertLess(reply.status, 500, what)
                        total += 1
        self.assertGreater(total, 3000)

    def test_unknown_names(self) -> None:
        for endpoint in live():
            query = endpoint.operation.query
            if query is None or endpoint.root:
                continue
            for minor in query_windows(endpoint):
                reply = self.get(endpoint, minor, "?no_such_parameter=1")
                what = f"{endpoint.name} at 2.{minor}: {reply.status} {reply.message}"
                if query.strict(minor):
                    self.assertEqual(400, reply.status, what)
                    self.assertIn("no_such_parameter", reply.message)
                else:
                    self.assertNotIn("no_such_parameter", reply.message, what)

    def test_queries_that_are_none(self) -> None:
        for endpoint in live():
            if endpoint.method == "GET" and not endpoint.root:
                for query in ("?%FF=1", "?" + "a&" * 2000, "?%00=1", "?a=%00", "?=&&=", "??"):
                    reply = self.get(endpoint, endpoint.span.high, query)
                    self.assertIn(reply.status, (200, 204, 400, 404), f"{endpoint.name} {query}")

    def test_ids(self) -> None:
        """A thing that is not there is not there, whatever its name is."""
        for endpoint in live():
            if not endpoint.variables or endpoint.root:
                continue
            for found in IDS:
                path = endpoint.path
                for variable in endpoint.variables:
                    path = path.replace("{" + variable + "}", found)
                body = {endpoint.action: None} if endpoint.action else {}
                reply = self.victim.ask(endpoint.method, f"/v2.1{path}", body, endpoint.span.high)
                self.assertLess(reply.status, 500, f"{endpoint.name} {path[:80]} {reply.body}")


class HeadersTest(HostileCase):
    def test_versions(self) -> None:
        for code, texts in VERSIONS.items():
            for text in texts:
                for header in ("OpenStack-API-Version", "X-OpenStack-Nova-API-Version"):
                    value = f"compute {text}" if header.startswith("O") else text
                    reply = self.ask({header: value.encode().decode("latin-1")})
                    stripped = text.strip()
                    wanted = code if stripped == text else 200
                    self.assertEqual(wanted, reply.status, (header, text, reply.body))
                    if code == 406:
                        self.assertIn("2.1 and maximum is 2.104", reply.message)

    def test_other_headers(self) -> None:
        for name, value in HEADERS:
            reply = self.ask({name: value})
            self.assertEqual(200, reply.status, (name, value[:40], reply.body))

    def test_tokens(self) -> None:
        for token in TOKENS:
            reply = self.ask({"X-Auth-Token": token})
            self.assertEqual(401, reply.status, (token[:40], reply.body))

    def test_roles_are_not_taken_from_headers(self) -> None:
        headers = {"X-Auth-Token": f"x:{'e' * 32}:reader", "X-Roles": "admin", "X-Is-Admin": "1"}
        reply = self.victim.ask("GET", "/v2.1/os-services", headers=headers)
        self.assertEqual(403, reply.status)

    def ask(self, headers: dict[str, str]) -> Reply:
        return self.victim.ask("GET", "/v2.1/flavors", headers=headers)
