# SPDX-License-Identifier: Apache-2.0
"""A user's token that ended while another service worked for him still counts, if that one vouches.

keystonemiddleware itself, in front of a Keystone that knows four tokens.
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import fixtures
import testtools
from webtest import TestApp

from nova_cells.cli import config
from nova_cells.global_api.entry import Entry
from nova_cells.global_api.identity import with_identity

AUTHTOKEN = """
[keystone_authtoken]
www_authenticate_uri = {url}/v3
auth_url = {url}/v3
auth_type = password
username = nova
password = secret
project_name = service
user_domain_name = Default
project_domain_name = Default
http_request_max_retries = 0
"""
LATER, BEFORE = "2999-01-01T00:00:00.000000Z", "2020-01-01T01:00:00.000000Z"
# Token → (whose, role, until when).
KNOWN = {
    "mias": ("mia", "member", LATER),
    "mias-old": ("mia", "member", BEFORE),
    "cinders": ("cinder", "service", LATER),
    "cinders-old": ("cinder", "service", BEFORE),
}


class Keystone(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path != "/v3/auth/tokens":
            link = {"rel": "self", "href": f"http://127.0.0.1:{self.server.server_port}/v3/"}
            self.say(200, {"version": {"id": "v3.14", "status": "stable", "links": [link]}})
            return
        known = KNOWN.get(self.headers["X-Subject-Token"])
        past = known is not None and known[2] == BEFORE
        if known is None or (past and parse_qs(address.query).get("allow_expired") != ["1"]):
            self.say(404, {"error": {"code": 404, "message": "no", "title": "Not Found"}})
        else:
            self.say(200, token(*known))

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        document = token("nova", "admin", LATER)
        url = f"http://127.0.0.1:{self.server.server_port}/v3"
        ends = [
            {"id": each, "interface": each, "region": "R", "region_id": "R", "url": url}
            for each in ("admin", "internal", "public")
        ]
        catalog = [{"id": "k", "type": "identity", "name": "keystone", "endpoints": ends}]
        document["token"]["catalog"] = catalog
        self.say(201, document, {"X-Subject-Token": "ours"})

    def say(self, status: int, document: Any, headers: dict[str, str] | None = None) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        return


def token(user: str, role: str, until: str) -> dict[str, Any]:
    domain = {"id": "default", "name": "Default"}
    return {
        "token": {
            "methods": ["password"],
            "expires_at": until,
            "issued_at": "2020-01-01T00:00:00.000000Z",
            "user": {"id": user, "name": user, "domain": domain},
            "project": {"id": "p1", "name": "p", "domain": domain},
            "roles": [{"id": role, "name": role}],
            "audit_ids": ["a"],
        }
    }


class ServiceTokensTest(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        server = ThreadingHTTPServer(("127.0.0.1", 0), Keystone)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        file = Path(self.useFixture(fixtures.TempDir()).path) / "conf"
        file.write_text(AUTHTOKEN.format(url=f"http://127.0.0.1:{server.server_port}"))
        conf = config.load([], [file])
        conf.set_override("auth", "keystone", group="api")
        self.callers: list[tuple[str, tuple[str, ...]]] = []
        self.app = TestApp(Entry(with_identity(self.inner, conf), 1000))

    def inner(self, environ: Any, start_response: Any) -> list[bytes]:
        caller = environ["nova_cells.caller"]
        self.callers.append((caller.user_id, caller.roles))
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "0")])
        return []

    def ask(self, user: str, service: str | None = None) -> int:
        headers = {"X-Auth-Token": user}
        if service:
            headers["X-Service-Token"] = service
        status: int = self.app.get("/v2.1/servers", headers=headers, status="*").status_int
        return status

    def test_one_that_ended_counts_where_a_service_vouches(self) -> None:
        self.assertEqual(401, self.ask("mias-old"))
        self.assertEqual(200, self.ask("mias-old", "cinders"))
        self.assertEqual([("mia", ("member",))], self.callers)
        self.assertEqual(401, self.ask("mias-old"))

    def test_only_services_vouch(self) -> None:
        for vouching in ("mias", "nobodys", "cinders-old"):
            self.assertEqual(401, self.ask("mias-old", vouching), vouching)
        self.assertEqual([], self.callers)

    def test_a_good_one_needs_nobody_and_becomes_no_more_by_it(self) -> None:
        for vouching in (None, "cinders"):
            self.assertEqual(200, self.ask("mias", vouching))
        self.assertEqual([("mia", ("member",))] * 2, self.callers)
