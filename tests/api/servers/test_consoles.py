# SPDX-License-Identifier: Apache-2.0
"""Consoles in every window, what their tokens are good for, and how long."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from nova_cells.cell.db.tables import console_tokens
from nova_cells.contracts import Refused
from nova_cells.objects.console import digest_of
from nova_cells.runtime.clock import seconds
from tests.api.harness import ApiCase
from tests.api.oracle.schemas import schema, validate

SERVERS = "servers_client.ServersClient"
OLD = {
    "os-getVNCConsole": "novnc",
    "os-getSPICEConsole": "spice-html5",
    "os-getSerialConsole": "serial",
}
NEW = {
    "novnc": ("vnc", 6),
    "spice-html5": ("spice", 6),
    "serial": ("serial", 6),
    "webmks": ("mks", 8),
    "spice-direct": ("spice", 99),
}


def token_in(url: str) -> str:
    """As a browser or a native client finds it."""
    query = parse_qs(urlsplit(url).query)
    if "path" in query:
        query = parse_qs(urlsplit(query["path"][0]).query)
    return query["token"][0]


class ConsolesTest(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        self.server = self.boot()
        self.path = f"/servers/{self.server}/remote-consoles"

    def open(self, kind="novnc", version="2.99", **more):
        body = {"remote_console": {"protocol": NEW[kind][0], "type": kind}}
        return self.member.post(self.path, body, version, **more)

    def grant(self, token, version="2.99", **more):
        return self.admin.get(f"/os-console-auth-tokens/{token}", version, **more)

    def test_actions_of_the_first_versions(self):
        path = f"/servers/{self.server}/action"
        for action, kind in OLD.items():
            for version in ("2.1", "2.5"):
                answer = self.member.post(path, {action: {"type": kind}}, version, expect=200)
                self.assertEqual({"type", "url"}, set(answer.json["console"]))
                self.assertEqual(kind, answer.json["console"]["type"])
            gone = self.member.post(path, {action: {"type": kind}}, "2.6")
            self.assertFault(gone, 404, "itemNotFound")
            wrong = self.member.post(path, {action: {"type": "tube"}}, "2.5")
            self.assertFault(wrong, 400, "badRequest", "type")
        validate(
            self.member.post(path, {"os-getVNCConsole": {"type": "novnc"}}, "2.1"),
            schema(SERVERS, "get_vnc_console", 1),
        )
        no_more = self.member.post(path, {"os-getVNCConsole": {"type": "xvpvnc"}}, "2.1")
        self.assertFault(no_more, 400, "badRequest", "xvpvnc")

    def test_one_operation_for_all_kinds(self):
        self.assertFault(self.open(version="2.5"), 404, "itemNotFound")
        for kind, (protocol, since) in NEW.items():
            if since > 6:
                self.assertFault(self.open(kind, f"2.{since - 1}"), 400, "badRequest", "one of")
            answer = self.open(kind, f"2.{since}", expect=200)
            made = answer.json["remote_console"]
            self.assertEqual((protocol, kind), (made["protocol"], made["type"]))
            if kind != "webmks":
                validate(answer, schema(SERVERS, "get_remote_consoles", since))

    def test_what_is_no_console(self):
        for protocol, kind in (("vnc", "serial"), ("spice", "novnc"), ("rdp", "rdp-html5")):
            body = {"remote_console": {"protocol": protocol, "type": kind}}
            self.assertFault(self.member.post(self.path, body), 400, "badRequest", kind)
        for body in ({}, {"remote_console": {}}, {"remote_console": {"protocol": "vnc"}}):
            self.assertFault(self.member.post(self.path, body), 400, "badRequest")

    def test_whose_console(self):
        body = {"remote_console": {"protocol": "vnc", "type": "novnc"}}
        self.assertFault(self.other.post(self.path, body), 404, "itemNotFound")
        self.assertFault(self.reader.post(self.path, body), 403, "forbidden")

    def test_a_kind_that_the_cell_does_not_give_out(self):
        self.cloud.conf.set_override("enabled", False, group="vnc")
        self.addCleanup(self.cloud.conf.clear_override, "enabled", group="vnc")
        self.assertFault(self.open(), 400, "badRequest", "Unavailable console type novnc")
        self.open("serial", expect=200)

    def test_one_that_does_not_run_has_none(self):
        self.member.post(f"/servers/{self.server}/action", {"os-stop": None}, expect=202)
        self.settled(self.server, "SHUTOFF")
        self.assertFault(self.open(), 409, "conflictingRequest", "does not run")

    def test_what_a_token_is_good_for(self):
        token = token_in(self.open("spice-direct", expect=200).json["remote_console"]["url"])
        self.assertFault(self.grant(token, "2.30"), 400, "badRequest")
        before = self.grant(token, "2.31", expect=200).json["console"]
        answer = self.grant(token, "2.99", expect=200)
        now = answer.json["console"]
        self.assertEqual({"instance_uuid", "host", "port", "internal_access_path"}, set(before))
        self.assertEqual({**before, "tls_port": now["tls_port"]}, now)
        self.assertEqual(self.server, now["instance_uuid"])
        self.assertIsInstance(now["tls_port"], int)
        validate(answer, schema(SERVERS, "console_auth_tokens", 99))
        other = token_in(self.open("spice-html5", expect=200).json["remote_console"]["url"])
        self.assertIsNone(self.grant(other).json["console"]["tls_port"])

    def test_queries_about_tokens(self):
        token = token_in(self.open(expect=200).json["remote_console"]["url"])
        self.grant(f"{token}?x=1", "2.98", expect=200)
        self.assertFault(self.grant(f"{token}?x=1", "2.99"), 400, "badRequest", "x")

    def test_who_may_ask_about_tokens(self):
        token = token_in(self.open(expect=200).json["remote_console"]["url"])
        for version in ("2.30", "2.99"):
            answer = self.member.get(f"/os-console-auth-tokens/{token}", version)
            self.assertFault(answer, 403, "forbidden")

    def test_tokens_that_are_none(self):
        token = token_in(self.open(expect=200).json["remote_console"]["url"])
        for wrong in (token[:8], token[:-1] + "~", "x", "a" * 300, token.upper() + "x"):
            self.assertFault(self.grant(wrong), 404, "itemNotFound", "token")

    def test_a_token_ends(self):
        token = token_in(self.open(expect=200).json["remote_console"]["url"])
        ttl = seconds(self.cloud.conf.consoleauth.token_ttl)
        digest = digest_of(token)
        still = [self.holds(each, digest, ttl - seconds(60)) for each in self.cloud.conductors]
        self.assertEqual([False, True], sorted(still))
        late = [self.holds(each, digest, ttl) for each in self.cloud.conductors]
        self.assertEqual([False, False], late)

    def holds(self, conductor, digest, after):
        """Whether a cell will know a token after so many microseconds."""
        consoles = replace(conductor.consoles, clock=lambda: conductor.clock() + after)
        try:
            return bool(consoles.grant(digest))
        except Refused:
            return False

    def test_a_token_ends_with_its_server(self):
        token = token_in(self.open(expect=200).json["remote_console"]["url"])
        self.member.delete(f"/servers/{self.server}", expect=204)
        self.assertFault(self.grant(token), 404, "itemNotFound", "token")

    def test_no_table_knows_a_token(self):
        token = token_in(self.open(expect=200).json["remote_console"]["url"])
        for conductor in self.cloud.conductors:
            rows = conductor.database.read(_tokens)
            self.assertNotIn(token, str(rows))


def _tokens(connection):
    return connection.execute(console_tokens.select()).all()
