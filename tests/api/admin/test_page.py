# SPDX-License-Identifier: Apache-2.0
"""The page as a browser without script gets it: sessions, forms, what is shown, what is let in."""

from __future__ import annotations

import time
from typing import Any
from unittest import mock

from webtest import TestApp

from tests.api.admin.case import AdminCase


class PageCase(AdminCase):
    def log_in(self, token: str = "admin:0123") -> Any:
        form = self.http.get("/cells/login").form
        form["token"] = token
        return form.submit(status=303).follow(status="*")


class SessionTest(PageCase):
    def test_without_a_session_the_form_comes_first(self) -> None:
        for path in ("/cells", "/cells/", "/cells/cell/east", "/cells/live.json"):
            answer = self.http.get(path, status=303)
            self.assertTrue(answer.headers["Location"].endswith("/cells/login"))

    def test_a_header_is_no_session(self) -> None:
        self.http.get("/cells/", headers={"X-Auth-Token": "admin:0123"}, status=303)

    def test_a_session_is_no_token_of_the_api(self) -> None:
        self.log_in()
        self.http.get("/cells/v1/cells", status=401)

    def test_the_cookie_is_sealed_and_out_of_reach(self) -> None:
        form = self.http.get("/cells/login").form
        form["token"] = "admin:0123"
        (cookie, _form) = form.submit(status=303).headers.getall("Set-Cookie")
        for word in ("HttpOnly", "SameSite=Strict", "Path=/cells"):
            self.assertIn(word, cookie)
        self.assertNotIn("admin", cookie)
        self.assertNotIn("0123", cookie.split(";")[0].lower().replace("gaaaa", ""))

    def test_https_alone_gets_a_secure_cookie(self) -> None:
        answer = self.http.get("/cells/login", extra_environ={"wsgi.url_scheme": "https"})
        self.assertIn("; Secure", answer.headers["Set-Cookie"])

    def test_a_forged_or_foreign_cookie_is_none(self) -> None:
        for value in ("x", "gAAAAABforged", "%00", '"'):
            headers = {"Cookie": f"nova-cells-session={value}"}
            TestApp(self.cloud.app).get("/cells/", headers=headers, status=303)

    def test_an_old_session_is_over(self) -> None:
        self.log_in()
        self.http.get("/cells/", status=200)
        with mock.patch("time.time", return_value=time.time() + 9 * 3600):
            self.http.get("/cells/", status=303)

    def test_a_token_nobody_knows_leads_back(self) -> None:
        answer = self.log_in("not a token")
        self.assertEqual(303, answer.status_int)
        self.assertIn("not valid", answer.follow().text)

    def test_who_is_no_administrator_is_told(self) -> None:
        answer = self.log_in("mia:0123")
        self.assertEqual(403, answer.status_int)
        self.assertIn("Policy", answer.text)

    def test_log_out(self) -> None:
        self.log_in().forms[1].submit(status=303)
        self.http.get("/cells/", status=303)

    def test_log_out_needs_the_form(self) -> None:
        self.log_in()
        self.http.post("/cells/logout", {"csrf": "x"}, status=403)
        TestApp(self.cloud.app).post("/cells/logout", {}, status=303)
        self.http.get("/cells/", status=200)

    def test_a_form_of_another_site_is_refused(self) -> None:
        form = self.http.get("/cells/login").form
        form["token"] = "admin:0123"
        for origin in ("https://evil.example", "null", "http://localhost:81", "http://["):
            form.submit(headers={"Origin": origin}, status=403)
        self.http.post("/cells/login", {"token": "admin:0123"}, status=403)

    def test_forms_and_queries_nobody_can_read(self) -> None:
        self.log_in()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        for body in (b"csrf=%ff", b"csrf=\xff\xfe", b"&&&=;", b"csrf=a&csrf=b", b'{"csrf": 1}'):
            for path in ("/cells/login", "/cells/logout"):
                answer = self.http.post(path, body, headers=kind, status="*")
                self.assertIn(answer.status_int, (400, 403), body)
        for name in ("csrf", "token"):
            files = [(name, "a-file", b"content")]
            self.http.post("/cells/login", {}, upload_files=files, status=400)
        for query in ("?uuid=%ff", "?uuid=%00", "?marker=%ff", "?again=%ff"):
            for path in ("/server", "/cell/east", "/login", "/"):
                answer = self.http.get(f"/cells{path}{query}", status="*")
                self.assertLess(answer.status_int, 500, f"{path}{query}")

    def test_too_long_a_token(self) -> None:
        form = self.http.get("/cells/login").form
        form["token"] = "x" * 5000
        self.assertIn("too long", form.submit(status=403).text)


class ShownTest(PageCase):
    def test_every_page_lets_only_our_own_files_in(self) -> None:
        for answer in (
            self.log_in(),
            self.http.get("/cells/login"),
            self.http.get("/cells/live.json"),
        ):
            policy = answer.headers["Content-Security-Policy"]
            self.assertIn("default-src 'none'", policy)
            self.assertNotIn("unsafe", policy)
            self.assertEqual("no-store", answer.headers["Cache-Control"])
            self.assertNotIn(" style=", answer.text)
            self.assertNotIn("onclick", answer.text)

    def test_landmarks(self) -> None:
        fleet = self.log_in()
        for piece in (
            'class="skip" href="#main"',
            "<main",
            "<nav",
            "<header",
            "<footer",
            'lang="en"',
        ):
            self.assertIn(piece, fleet.text)

    def test_from_the_fleet_to_a_host(self) -> None:
        cell = self.log_in().click("^east$")
        host = cell.click("^east-1$")
        self.assertIn("Claimed", host.text)
        self.assertIn("vCPUs", host.text)

    def test_a_server_and_its_build(self) -> None:
        server = self.boot()
        self.log_in()
        shown = self.http.get(f"/cells/server?uuid={server}", status=303).follow()
        self.assertIn("Why it is there", shown.text)
        self.assertIn("ResourceFilter", shown.text)
        cell = self.look(f"/servers/{server}/routing")["routing"]["cell"]
        conductor = self.cloud.conductors[["east", "west"].index(cell)]
        store = conductor.journal.store
        (record,) = conductor.database.read(lambda c: store.of_subject(c, server))
        line = self.http.get(f"/cells/operation/{cell}/{record.id}")
        self.assertIn("What was done", line.text)
        self.gone(server)

    def test_what_there_is_not(self) -> None:
        self.log_in()
        for path in ("/nothing", "/cell/none", "/host/none", "/server/x", "/static/x"):
            answer = self.http.get("/cells" + path, status=404)
            self.assertIn("To the fleet", answer.text)

    def test_names_are_escaped(self) -> None:
        self.log_in()
        answer = self.http.get("/cells/cell/%3Cscript%3Ealert(1)%3C%2Fscript%3E", status=404)
        self.assertNotIn("<script>alert", answer.text)

    def test_files(self) -> None:
        for name, kind in (("page.css", "text/css"), ("page.js", "text/javascript")):
            self.assertEqual(kind, self.http.get(f"/cells/static/{name}").content_type)
        for name in ("..%2flayout.html", "sessions.py"):
            self.http.get(f"/cells/static/{name}", status=404)
