# SPDX-License-Identifier: Apache-2.0
"""Vendor data from a real file and a real HTTP service, in good order and in bad."""

from __future__ import annotations

import contextlib
import json
import tempfile
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

from nova_cells.clients import vendor_data
from nova_cells.clients.vendor_data.select import TargetInvalid
from nova_cells.objects import ImageFacts, Machine

MACHINE = Machine(
    uuid="5d0c3a52-90f4-4e0b-8f0e-4b1f2b4a7f11",
    epoch=1,
    name="Web",
    project_id="p1",
    user_id="u1",
    vcpus=1,
    memory_mb=64,
    root_gb=1,
    image=ImageFacts(id="aabbccdd-0000-4000-8000-000000000001", name="small"),
    guest_data={
        "hostname": "web",
        "user_data": "aGVsbG8=",
        "metadata": {"a": "b"},
        "boot_roles": ["member", "reader"],
    },
)


class _Service(BaseHTTPRequestHandler):
    def do_POST(self):
        server = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server.asked.append((self.path, dict(self.headers), json.loads(body)))
        if self.path == "/v3/auth/tokens":
            self._send(201, b'{"token": {"expires_at": "2099-01-01T00:00:00.000000Z"}}', "tok")
            return
        if self.path == "/slow":
            server.released.wait(10)
        if self.path == "/drip":
            self._drip()
            return
        status, answer = server.answers.get(self.path, (200, b'{"x": 1}'))
        self._send(status, answer)

    def do_GET(self):
        place = f"http://127.0.0.1:{self.server.server_port}/v3/"
        version = {"id": "v3.14", "status": "stable", "links": [{"rel": "self", "href": place}]}
        self._send(200, json.dumps({"version": version}).encode())

    def _send(self, status, body, token=None):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if token:
            self.send_header("X-Subject-Token", token)
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def _drip(self):
        self.send_response(200)
        self.end_headers()
        with contextlib.suppress(OSError):
            while not self.server.released.wait(0.05):
                self.wfile.write(b" ")
                self.wfile.flush()

    def log_message(self, *_words):
        return


class VendorDataTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "vendor.json"
        self.service = ThreadingHTTPServer(("127.0.0.1", 0), _Service)
        self.service.daemon_threads = True
        self.service.asked, self.service.answers = [], {}
        self.service.released = threading.Event()
        threading.Thread(target=self.service.serve_forever, args=(0.02,), daemon=True).start()
        self.addCleanup(self.service.server_close)
        self.addCleanup(self.service.shutdown)
        self.addCleanup(self.service.released.set)

    def url(self, path):
        return f"http://127.0.0.1:{self.service.server_port}{path}"

    def make(self, *paths, **options):
        section = {
            "json_file": "",
            "targets": [f"t{number}@{self.url(path)}" for number, path in enumerate(paths)],
            "connect_timeout": 1.0,
            "read_timeout": 0.3,
            "failure_fatal": False,
            "auth_url": None,
            "username": "u",
            "password": "secret",
            "project_name": "service",
            "user_domain_name": "Default",
            "project_domain_name": "Default",
            "cafile": None,
            "insecure": False,
            **options,
        }
        return vendor_data.from_conf(SimpleNamespace(vendor_data=SimpleNamespace(**section)))

    def test_nothing_is_configured(self):
        self.assertEqual({}, self.make().of(MACHINE))

    def test_a_file_is_static_data_and_read_anew(self):
        found = self.make(json_file=str(self.file))
        for value in (1, 2):
            self.file.write_text(json.dumps({"proxy": value}))
            self.assertEqual(
                {"vendor_data": {"proxy": value}, "vendor_data2": {"static": {"proxy": value}}},
                found.of(MACHINE),
            )

    def test_services_are_told_of_the_guest_and_their_answers_kept_by_name(self):
        self.service.answers["/b"] = (200, b"[1, 2]")
        found = self.make("/a", "/b").of(MACHINE)
        self.assertEqual({"static": {}, "t0": {"x": 1}, "t1": [1, 2]}, found["vendor_data2"])
        self.assertEqual({}, found["vendor_data"])
        path, headers, body = self.service.asked[0]
        self.assertEqual("/a", path)
        self.assertEqual("application/json", headers["Content-Type"])
        self.assertNotIn("X-Auth-Token", headers)
        self.assertEqual(
            {
                "project-id": "p1",
                "instance-id": MACHINE.uuid,
                "image-id": "aabbccdd-0000-4000-8000-000000000001",
                "user-data": "aGVsbG8=",
                "hostname": "web",
                "metadata": {"a": "b"},
                "boot-roles": "member,reader",
            },
            body,
        )

    def test_with_credentials_a_service_gets_a_token_of_ours(self):
        self.make("/a", auth_url=self.url("/v3")).of(MACHINE)
        tokens = {path: headers.get("X-Auth-Token") for path, headers, _ in self.service.asked}
        self.assertEqual({"/v3/auth/tokens": None, "/a": "tok"}, tokens)

    def test_an_empty_answer_is_an_empty_object(self):
        self.service.answers["/a"] = (200, b"")
        self.assertEqual({}, self.make("/a").of(MACHINE)["vendor_data2"]["t0"])

    def test_whatever_goes_wrong_only_that_part_is_empty(self):
        self.service.answers["/no-json"] = (200, b"<html>")
        self.service.answers["/broken"] = (500, b"{}")
        self.service.answers["/huge"] = (200, b'"' + b"x" * (2 << 20) + b'"')
        paths = ("/no-json", "/broken", "/huge", "/slow", "/drip", "/good")
        began = time.monotonic()
        with self.assertLogs("nova_cells.clients.vendor_data", "WARNING") as logs:
            found = self.make(*paths, connect_timeout=0.2)
            answer = found.of(MACHINE)["vendor_data2"]
        self.assertLess(time.monotonic() - began, 8)
        self.assertEqual({f"t{number}": {} for number in range(5)}, _first(answer, 5))
        self.assertEqual({"x": 1}, answer["t5"])
        self.assertEqual(5, len(logs.output))
        self.assertNotIn("secret", "".join(logs.output))

    def test_nobody_listens_and_a_file_that_is_none(self):
        self.file.write_text("[]")
        found = self.make(json_file=str(self.file), targets=["x@http://127.0.0.1:9/"])
        with self.assertLogs("nova_cells.clients.vendor_data", "WARNING"):
            answer = found.of(MACHINE)
        self.assertEqual({"vendor_data": {}, "vendor_data2": {"static": {}, "x": {}}}, answer)

    def test_where_it_is_fatal_nothing_is_told(self):
        self.service.answers["/a"] = (404, b"")
        for found in (
            self.make("/a", failure_fatal=True),
            self.make(json_file=str(self.file), failure_fatal=True),
        ):
            with (
                self.assertLogs("nova_cells.clients.vendor_data", "WARNING"),
                self.assertRaises(vendor_data.VendorDataUnavailable),
            ):
                found.of(MACHINE)

    def test_a_target_that_is_none_is_told_at_the_start(self):
        for targets in (["name"], ["@http://x/"], ["a@ftp://x/"], ["static@http://x/"]):
            with self.assertRaises(TargetInvalid):
                self.make(targets=targets)
        with self.assertRaises(TargetInvalid):
            self.make(targets=["a@http://x/", "a@http://y/"])


def _first(answer, count):
    return {f"t{number}": answer[f"t{number}"] for number in range(count)}
