# SPDX-License-Identifier: Apache-2.0
"""Tokens become callers, or 401; without a token layer nobody is anybody."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import fixtures
import testtools
from webtest import TestApp

from nova_cells.cli import config
from nova_cells.global_api.entry import Entry
from nova_cells.global_api.identity import IdentityNotConfigured, with_identity, with_implied
from nova_cells.global_api.token_cache import TokenCache
from nova_cells.runtime import context

KEYSTONE = """
[keystone_authtoken]
www_authenticate_uri = http://127.0.0.1:9/v3
auth_url = http://127.0.0.1:9/v3
auth_type = password
username = nova
password = secret
project_name = service
user_domain_name = Default
project_domain_name = Default
http_request_max_retries = 0
"""


VOUCHED = {
    "token": {
        "methods": ["password"],
        "expires_at": "2999-01-01T00:00:00.000000Z",
        "issued_at": "2020-01-01T00:00:00.000000Z",
        "user": {"id": "u1", "name": "u", "domain": {"id": "default", "name": "Default"}},
        "project": {"id": "p1", "name": "p", "domain": {"id": "default", "name": "Default"}},
        "roles": [{"id": "r1", "name": "member"}],
        "audit_ids": ["a"],
    }
}


class Inner:
    """An application that remembers who asked."""

    def __init__(self):
        self.caller = None

    def __call__(self, environ, start_response):
        self.caller = environ["nova_cells.caller"]
        assert context.current() is self.caller
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "0")])
        return []


def made(auth, files=()):
    conf = config.load([], list(files))
    conf.set_override("auth", auth, group="api")
    inner = Inner()
    return TestApp(Entry(with_identity(inner, conf), 1000)), inner


class NoAuthTest(testtools.TestCase):
    def ask(self, token, path="/v2.1/servers", **environ):
        app, inner = made("noauth")
        headers = {"X-Auth-Token": token} if token is not None else {}
        answer = app.get(path, headers=headers, status="*", extra_environ=environ or None)
        return answer, inner.caller

    def test_roles_default_to_member(self):
        _, caller = self.ask("demo:abc")
        self.assertEqual(("demo", "abc"), (caller.user_id, caller.project_id))
        self.assertEqual({"member", "reader"}, set(caller.roles))
        self.assertFalse(caller.is_admin)

    def test_admin_is_admin(self):
        _, caller = self.ask("admin:abc")
        self.assertTrue(caller.is_admin)
        self.assertEqual({"admin", "manager", "member", "reader"}, set(caller.roles))

    def test_named_roles(self):
        _, caller = self.ask("demo:abc:reader")
        self.assertEqual(("reader",), caller.roles)
        _, caller = self.ask("demo:abc:service,admin")
        self.assertTrue(caller.is_admin)

    def test_headers_of_the_client_count_for_nothing(self):
        _, caller = self.ask("demo:abc:reader", HTTP_X_ROLES="admin", HTTP_X_USER_ID="root")
        self.assertEqual(("reader",), caller.roles)
        self.assertEqual("demo", caller.user_id)

    def test_other_tokens_are_refused(self):
        for token in (None, "", "demo", "demo:", ":abc", "demo:xyz", "demo:abc:", "de mo:abc"):
            answer, caller = self.ask(token)
            self.assertEqual(401, answer.status_int, token)
            self.assertEqual("Unauthorized", answer.json["error"]["title"])
            self.assertIsNone(caller)

    def test_a_proxy_would_be_believed_for_everybody(self):
        conf = config.load([], [])
        conf.set_override("auth", "noauth", group="api")
        conf.set_override("behind_proxy", True, group="api")
        self.assertRaises(IdentityNotConfigured, with_identity, Inner(), conf)

    def test_the_scope_a_client_claims_counts_for_nothing(self):
        _, caller = self.ask("demo:abc", HTTP_OPENSTACK_SYSTEM_SCOPE="all")
        self.assertIsNone(caller.system_scope)

    def test_only_this_machine_is_believed(self):
        answer, _ = self.ask("demo:abc", REMOTE_ADDR="192.0.2.1")
        self.assertEqual(401, answer.status_int)
        for address in ("127.0.0.1", "::1"):
            answer, _ = self.ask("demo:abc", REMOTE_ADDR=address)
            self.assertEqual(200, answer.status_int)

    def test_version_documents_need_nobody(self):
        for path in ("/", "/v2.1", "/v2.1/", "/v2"):
            answer, caller = self.ask(None, path)
            self.assertEqual(200, answer.status_int)
            self.assertIsNone(caller.user_id)


class KeystoneTest(testtools.TestCase):
    def setUp(self):
        super().setUp()
        file = Path(self.useFixture(fixtures.TempDir()).path) / "nova-cells.conf"
        file.write_text(KEYSTONE)
        self.file = str(file)

    def test_no_token(self):
        app, inner = made("keystone", [self.file])
        answer = app.get("/v2.1/servers", status=401)
        self.assertEqual(401, answer.json["error"]["code"])
        self.assertIn("Keystone uri=", answer.headers["WWW-Authenticate"])
        self.assertIn("X-Compute-Request-Id", answer.headers)
        self.assertIsNone(inner.caller)

    def test_keystone_away(self):
        app, inner = made("keystone", [self.file])
        answer = app.get("/v2.1/servers", headers={"X-Auth-Token": "abc"}, status=503)
        self.assertNotIn("Traceback", answer.text)
        self.assertIsNone(inner.caller)

    def test_a_token_it_vouched_for_is_remembered(self):
        """Keystone is not there at all: the answer can only come from memory."""
        conf = config.load([], [self.file])
        conf.set_override("auth", "keystone", group="api")
        inner, tokens = Inner(), TokenCache()
        app = TestApp(Entry(with_identity(inner, conf, tokens=tokens), 1000))
        key = f"tokens/{hashlib.sha256(b'abc').hexdigest()}"
        tokens.set(key, json.dumps(VOUCHED).encode(), time=60)
        app.get("/v2.1/servers", headers={"X-Auth-Token": "abc"}, status=200)
        self.assertEqual(("u1", "p1"), (inner.caller.user_id, inner.caller.project_id))
        self.assertEqual(("member",), inner.caller.roles)
        app.get("/v2.1/servers", headers={"X-Auth-Token": "abd"}, status=503)

    def test_version_documents_do_not_ask_it(self):
        app, _ = made("keystone", [self.file])
        app.get("/v2.1", status=200)

    def test_nobody_said_where_it_is(self):
        self.assertRaises(IdentityNotConfigured, made, "keystone")


class RolesTest(testtools.TestCase):
    def test_implied_roles(self):
        self.assertEqual(["manager", "member", "reader"], with_implied(["manager"]))
        self.assertEqual(["odd"], with_implied(["odd"]))
