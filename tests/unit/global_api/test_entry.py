# SPDX-License-Identifier: Apache-2.0
"""The way in is cut off a path, and every answer carries an id."""

from __future__ import annotations

import testtools
from webtest import TestApp

from nova_cells.global_api.entry import Entry, enter

PROJECT = "0123456789abcdef"


class PathTest(testtools.TestCase):
    def entered(self, path):
        environ = {"PATH_INFO": path}
        enter(environ)
        keys = ("PATH_INFO", "nova_cells.entry", "nova_cells.project", "nova_cells.public")
        return tuple(environ.get(key) for key in keys)

    def test_ways_in(self):
        for path, expected in (
            ("/v2.1/servers", ("/servers", "/v2.1", None, None)),
            (f"/v2.1/{PROJECT}/servers", ("/servers", f"/v2.1/{PROJECT}", PROJECT, None)),
            (f"/v2/{PROJECT}/servers/1", ("/servers/1", f"/v2/{PROJECT}", PROJECT, None)),
            ("/v2.1/servers/" + PROJECT, ("/servers/" + PROJECT, "/v2.1", None, None)),
            (f"/v2.1/{PROJECT}", ("/", f"/v2.1/{PROJECT}", PROJECT, None)),
            ("/v2.1", ("/@version/v2.1", "/v2.1", None, True)),
            ("/v2/", ("/@version/v2", "/v2", None, True)),
            ("/", ("/@versions", "/v2.1", None, True)),
            ("", ("/@versions", "/v2.1", None, True)),
            ("/v2.10/servers", ("/@root/v2.10/servers", "/v2.1", None, True)),
        ):
            self.assertEqual(expected, self.entered(path), path)

    def test_only_the_old_way_is_unversioned(self):
        for path, legacy in (("/v2/servers", True), ("/v2.1/servers", False)):
            environ = {"PATH_INFO": path}
            enter(environ)
            self.assertIs(legacy, environ["nova_cells.legacy"])


class EntryTest(testtools.TestCase):
    def app(self, inner):
        return TestApp(Entry(inner, 100))

    @staticmethod
    def fine(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "0")])
        return []

    def test_ids(self):
        one = self.app(self.fine).get("/v2.1/servers").headers["X-Compute-Request-Id"]
        other = self.app(self.fine).get("/v2.1/servers").headers["X-Compute-Request-Id"]
        self.assertNotEqual(one, other)
        self.assertRegex(one, "^req-")

    def test_a_layer_that_breaks_shows_no_trace(self):
        def broken(environ, start_response):
            raise ValueError("a secret")

        answer = self.app(broken).get("/v2.1/servers", status=500)
        self.assertEqual(["computeFault"], list(answer.json))
        self.assertIn(answer.headers["X-Compute-Request-Id"], answer.text)
        self.assertNotIn("secret", answer.text)

    def test_long_bodies_are_not_read(self):
        answer = self.app(self.fine).post("/v2.1/servers", b"x" * 101, status=413)
        self.assertEqual(["overLimit"], list(answer.json))

    def test_a_header_that_steers_traversal_is_dropped(self):
        seen = {}

        def inner(environ, start_response):
            seen.update(environ)
            return self.fine(environ, start_response)

        self.app(inner).get("/v2.1/servers", headers={"X-Vhm-Root": "/action"})
        self.assertNotIn("HTTP_X_VHM_ROOT", seen)
