# SPDX-License-Identifier: Apache-2.0
"""A name and a password become a token, or a sentence; the password goes nowhere else."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from typing import Any, ClassVar

import testtools

from nova_cells.clients.identity.login import NotLetIn, token_of

TYPED = {"name": "ada", "password": " secret ", "project": "admin", "domain": "", "token": ""}


class Keystone(BaseHTTPRequestHandler):
    """Answers as it is told, and remembers what was asked."""

    status: ClassVar[int] = 201
    asked: ClassVar[list[Any]] = []

    def do_GET(self) -> None:
        self._say(404, {})

    def do_POST(self) -> None:
        self.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self._say(self.status, {"token": {"expires_at": "2099-01-01T00:00:00.000000Z"}})

    def _say(self, status: int, body: Any) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.send_header("X-Subject-Token", "a-token")
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_args: Any) -> None: ...


class LoginTest(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        server = HTTPServer(("127.0.0.1", 0), Keystone)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.shutdown)
        Keystone.asked.clear()
        self.url = f"http://127.0.0.1:{server.server_port}/v3"

    def ask(self, status: int = 201, auth: str = "keystone", **typed: str) -> str:
        Keystone.status = status
        options = {"www_authenticate_uri": self.url, "insecure": False, "cafile": None}
        api = SimpleNamespace(auth=auth)
        conf: Any = SimpleNamespace(api=api, keystone_authtoken=SimpleNamespace(**options))
        return token_of(conf, {**TYPED, **typed})

    def test_a_token_for_a_name_and_a_password_as_typed(self) -> None:
        self.assertEqual("a-token", self.ask())
        (asked,) = Keystone.asked
        user = asked["auth"]["identity"]["password"]["user"]
        self.assertEqual(("ada", " secret "), (user["name"], user["password"]))
        self.assertEqual({"name": "Default"}, user["domain"])
        self.assertEqual("admin", asked["auth"]["scope"]["project"]["name"])

    def test_refusals_are_sentences_without_what_was_typed(self) -> None:
        for status in (401, 403, 429, 500, 503):
            refusal = self.assertRaises(NotLetIn, self.ask, status)
            self.assertNotIn("secret", str(refusal))
            self.assertNotIn("ada", str(refusal))

    def test_without_all_of_it_nobody_is_asked(self) -> None:
        for field in ("name", "password", "project"):
            self.assertRaises(NotLetIn, self.ask, **{field: ""})
        self.assertEqual([], Keystone.asked)

    def test_where_there_is_no_keystone(self) -> None:
        self.assertRaises(NotLetIn, self.ask, auth="noauth")
        self.url = "http://127.0.0.1:9/v3"
        self.assertRaises(NotLetIn, self.ask)
