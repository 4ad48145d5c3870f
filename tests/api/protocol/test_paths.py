# SPDX-License-Identifier: Apache-2.0
"""Paths, methods, projects in the URL, version documents and links."""

from __future__ import annotations

from tests.api.harness import ApiCase, Client


class PathTest(ApiCase):
    def test_version_documents_need_no_token(self):
        nobody = Client(None, "")
        listed = nobody.get("/", expect=200).json["versions"]
        self.assertEqual(["v2.0", "v2.1"], [version["id"] for version in listed])
        for path, name in (("/v2.1", "v2.1"), ("/v2.1/", "v2.1"), ("/v2", "v2.0")):
            shown = nobody.get(path, expect=200).json["version"]
            self.assertEqual(name, shown["id"])
        self.assertEqual("2.104", nobody.get("/v2.1").json["version"]["version"])
        self.member.get("/versions/v2.1", expect=200)
        self.assertFault(self.member.get("/versions/v9"), 404, "itemNotFound")

    def test_what_is_not_routed_is_html(self):
        cases = (
            (self.member, "GET", "/nothing"),
            (self.member, "GET", "/servers/"),
            (self.member, "PATCH", "/servers"),
            (self.member, "HEAD", "/servers"),
            (self.member, "DELETE", "/servers"),
            (self.member, "GET", "/servers/x/action"),
            (self.member, "GET", f"/{self.project}"),
            (Client(None, ""), "GET", "/nothing"),
            (Client(None, ""), "POST", "/v2.1"),
        )
        for client, method, path in cases:
            with self.subTest(f"{method} {path}"):
                answer = client.ask(method, path, expect=404)
                self.assertEqual("text/html", answer.content_type)
                self.assertNotIn("OpenStack-API-Version", answer.headers)
                self.assertIn("X-Compute-Request-Id", answer.headers)

    def test_a_token_is_needed_even_for_what_is_not_there(self):
        for token in (None, "", "demo", "demo:PROJECT", f"demo:{self.project}:", "a b:1"):
            answer = Client(token).get("/nothing", expect=401)
            self.assertEqual(401, answer.json["error"]["code"])
            self.assertIn("Keystone uri=", answer.headers["WWW-Authenticate"])

    def test_the_project_of_the_url_must_be_the_tokens(self):
        self.member.get(f"/{self.project}/servers", expect=200)
        answer = self.member.get("/0123456789abcdef/servers")
        self.assertFault(answer, 400, "badRequest", "0123456789abcdef")

    def test_links_repeat_the_way_in(self):
        server = self.boot()
        for prefix in ("/v2.1", f"/v2.1/{self.project}", "/v2"):
            links = Client(self.member.token, prefix).get(f"/servers/{server}").json["server"]
            by_rel = {link["rel"]: link["href"] for link in links["links"]}
            project = f"/{self.project}" if self.project in prefix else ""
            self.assertEqual(f"http://localhost{prefix}/servers/{server}", by_rel["self"])
            self.assertEqual(f"http://localhost{project}/servers/{server}", by_rel["bookmark"])

    def test_request_ids(self):
        given = "req-11111111-2222-3333-4444-555555555555"
        answer = self.member.get("/servers", headers={"X-OpenStack-Request-ID": given})
        own = answer.headers["X-Compute-Request-Id"]
        self.assertRegex(own, r"^req-[0-9a-f-]{36}$")
        self.assertEqual(own, answer.headers["X-OpenStack-Request-ID"])
        self.assertNotEqual(given, own)

    def test_extensions(self):
        listed = self.member.get("/extensions", expect=200).json["extensions"]
        self.assertIn("os-keypairs", [entry["alias"] for entry in listed])
        shown = self.member.get("/extensions/NMN", expect=200).json["extension"]
        self.assertEqual("NMN", shown["alias"])
        self.assertFault(self.member.get("/extensions/none"), 404, "itemNotFound", "none")
