# SPDX-License-Identifier: Apache-2.0
"""GET /openapi.json: for everybody, in any version."""

from __future__ import annotations

from tests.api.harness import ApiCase, Client


class ServedTest(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        self.nobody = Client(None, prefix="")

    def test_the_newest_version_is_meant(self) -> None:
        for query in ("", "?microversion=latest", "?microversion=2.104"):
            answer = self.nobody.get(f"/openapi.json{query}", None, expect=200)
            self.assertEqual(("3.1.0", "2.104"), self._told(answer))
            self.assertEqual("public, max-age=3600", answer.headers["Cache-Control"])

    def test_any_other_version(self) -> None:
        for minor in (1, 53, 103):
            answer = self.nobody.get(f"/openapi.json?microversion=2.{minor}", None, expect=200)
            self.assertEqual(("3.1.0", f"2.{minor}"), self._told(answer))

    def test_what_is_no_version(self) -> None:
        for text in ("2", "x", "2.01", "", "%00"):
            answer = self.nobody.get(f"/openapi.json?microversion={text}", None)
            self.assertFault(answer, 400, "badRequest")
        twice = "?microversion=2.1&microversion=2.2"
        self.assertFault(self.nobody.get(f"/openapi.json{twice}", None), 400, "badRequest")

    def test_what_is_not_served(self) -> None:
        for text in ("2.0", "2.105", "3.1"):
            answer = self.nobody.get(f"/openapi.json?microversion={text}", None)
            self.assertFault(answer, 406, "computeFault", "2.1", "2.104")

    def test_it_stands_above_the_versions(self) -> None:
        self.nobody.get("/v2.1/openapi.json", None, expect=401)
        self.nobody.ask("POST", "/openapi.json", {}, None, expect=404)

    def _told(self, answer):
        return answer.json["openapi"], answer.json["info"]["version"]
