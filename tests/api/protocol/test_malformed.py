# SPDX-License-Identifier: Apache-2.0
"""Whatever a client sends, it is told what is wrong with it: never a 5xx, nothing half made."""

from __future__ import annotations

import time
from urllib.parse import quote

from tests.api.harness import ApiCase, Client

IDS = (
    "x",
    "0",
    "-1",
    "9" * 400,
    "00000000-0000-0000-0000-000000000000",
    "%00",
    "%20",
    "..",
    quote("ü☃\U0001f600"),
    "a" * 36,
    "'; drop table servers; --",
)
VALUES = (
    None,
    True,
    0,
    -1,
    2**70,
    1.5,
    "",
    " ",
    "x" * 300,
    "x" * 70000,
    "\u0000",
    "\u202e\u0007",
    "☃" * 256,
    [],
    [[]],
    [None],
    {},
    {"a": {"b": []}},
    "../../etc/passwd",
    "2.5",
    "-5",
)
RAW_BODIES = (
    b"",
    b"{",
    b"null",
    b"[]",
    b"1",
    b'"server"',
    b"{}",
    b'{"server": null}',
    b'{"server": []}',
    b'{"server": {}, "server2": {}}',
    b"\xff\xfe",
    b'{"server": {"name": "\\ud800"}}',
    b'{"server": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    b'{"a": ' * 2000 + b"1" + b"}" * 2000,
    b'{"server": {"name": NaN}}',
)
SERVER_FIELDS = (
    "name flavorRef imageRef adminPass metadata networks OS-DCF:diskConfig accessIPv4 accessIPv6 "
    "availability_zone block_device_mapping block_device_mapping_v2 config_drive key_name "
    "min_count max_count return_reservation_id security_groups user_data description tags "
    "trusted_image_certificates host hypervisor_hostname hostname personality unknown"
)
FILTERS = (
    "name ip ip6 status tags not-tags limit marker sort_key sort_dir changes-since all_tenants "
    "changes-before deleted flavor image host power_state config_drive created_at locked metadata "
    "progress launch_index instance_type_id uuid user_id reservation_id task_state"
)
TEXTS = (
    "",
    "-9223372036854775809",
    "9223372036854775808",
    "0001-01-01",
    "9999-12-31T23:59:59",
    "%00",
    "%FF",
    "[",
    "(?P<",
    "*",
    "-1",
    "9" * 40,
    "None",
    "a" * 3000,
    "%F0%9F%98%80",
)


class MalformedTest(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        self.addCleanup(self.assertNothingMade)

    def assertNothingMade(self) -> None:
        """Nothing is there, once what was deleted has gone."""
        deadline = time.monotonic() + 20
        while listed := self.admin.get("/servers", expect=200).json["servers"]:
            self.assertLess(time.monotonic(), deadline, listed)
            time.sleep(0.02)

    def test_ids(self):
        for found in IDS:
            for method, path in (
                ("GET", f"/servers/{found}"),
                ("DELETE", f"/servers/{found}"),
                ("GET", f"/servers/{found}/metadata"),
                ("GET", f"/servers/{found}/tags"),
                ("GET", f"/servers/{found}/tags/{found}"),
                ("GET", f"/servers/{found}/os-instance-actions"),
                ("GET", f"/servers/{found}/os-instance-actions/{found}"),
                ("GET", f"/extensions/{found}"),
            ):
                with self.subTest(f"{method} {path[:80]}"):
                    self.member.ask(method, path, expect=404)
            self.member.post(f"/servers/{found}/action", {"os-stop": None}, expect=404)

    def test_bodies_that_are_none(self):
        paths = ("/servers", "/servers/x/metadata", "/servers/x/action")
        for raw in RAW_BODIES:
            for path in paths:
                with self.subTest(f"{path} {raw[:40]!r}"):
                    answer = self.member.ask("POST", path, raw=raw)
                    self.assertIn(answer.status_int, (400, 404))
                    self.assertIn(list(answer.json), (["badRequest"], ["itemNotFound"]))

    def test_every_field_of_a_server_with_every_value(self):
        for name in SERVER_FIELDS.split():
            for value in VALUES:
                for version in ("2.1", "2.36", "2.104"):
                    self._refused_or_made(name, value, version)

    def _refused_or_made(self, name, value, version):
        wish = self.wish(**{name: value})
        if version != "2.104" and name != "networks":
            del wish["server"]["networks"]
        with self.subTest(f"{name}={str(value)[:40]!r} {version}"):
            answer = self.member.post("/servers", wish, version)
            if answer.status_int == 202:
                self._forget()
                return
            if answer.status_int == 403:
                self.assertIn(name, ("host", "hypervisor_hostname", "max_count"))
            else:
                self.assertFault(answer, 400, "badRequest", name)

    def _forget(self) -> None:
        """Some of the values are fine; what they made is not what is tested here."""
        for server in self.admin.get("/servers").json["servers"]:
            answer = self.member.delete(f"/servers/{server['id']}")
            self.assertIn(answer.status_int, (204, 404))

    def test_every_filter_with_every_text(self):
        for name in FILTERS.split():
            for text in TEXTS:
                for version in ("2.1", "2.104"):
                    for path in ("/servers", "/servers/detail"):
                        with self.subTest(f"{path} {name}={text[:40]} {version}"):
                            answer = self.admin.get(f"{path}?{name}={text}", version)
                            self.assertIn(answer.status_int, (200, 400))

    def test_queries_that_are_none(self):
        for query in ("?%FF=1", "?=&&=", "?" + "a&" * 2000, "?limit=1&limit=x"):
            answer = self.member.get(f"/servers{query}")
            self.assertFault(answer, 400, "badRequest")

    def test_paths_that_are_no_text(self):
        answer = self.member.get("/servers/%FF%FE")
        self.assertIn(answer.status_int, (400, 404))

    def test_content_types(self):
        for kind, code in (
            ("application/xml", 415),
            ("application/json; charset=utf-8", 400),
            ("application/vnd.openstack.compute+json", 400),
            ("text/plain", 400),
            ("multipart/form-data", 415),
        ):
            answer = self.member.ask(
                "POST", "/servers", raw=b"{}", headers={"Content-Type": kind}, expect=code
            )
            self.assertEqual("application/json", answer.content_type)

    def test_a_body_that_is_too_long(self):
        answer = self.member.ask("POST", "/servers", raw=b" " * 200_000)
        self.assertFault(answer, 413, "overLimit")

    def test_long_headers_and_odd_tokens(self):
        for token in ("a" * 9000, "x:y:z", "demo:../..:member", "\xe9:abc", ":abc", "demo:abc:a:b"):
            Client(token).get("/servers", expect=401)
