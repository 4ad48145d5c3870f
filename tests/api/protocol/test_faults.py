# SPDX-License-Identifier: Apache-2.0
"""Faults as answers: envelopes, retries, and nothing of our insides when something breaks."""

from __future__ import annotations

import copy
import logging

import fixtures
from webtest import TestApp

from nova_cells.global_api.app import make_app
from nova_cells.global_api.entry import Entry
from nova_cells.global_api.faults import CellUnavailable, NotSupported
from nova_cells.global_api.identity import Gate
from tests.api.harness import ApiCase, Client


class Failing:
    """Whatever is asked of it fails in the same way."""

    def __init__(self, fault: BaseException) -> None:
        self.fault = fault

    def __getattr__(self, name):
        def fail(*args, **kwargs):
            raise self.fault

        return fail


class FaultTest(ApiCase):
    def client_of(self, fault, part="index"):
        """A member's client of an API one part of which fails."""
        side = copy.copy(self.cloud.side)
        setattr(side, part, Failing(fault))
        client = Client(self.member.token)
        client._app = TestApp(make_app(side))
        return client

    def test_what_nobody_foresaw(self):
        log = self.useFixture(fixtures.FakeLogger(level=logging.ERROR))
        for method, path in (("GET", "/servers"), ("DELETE", "/servers/" + "a" * 36)):
            answer = self.client_of(ValueError("a secret")).ask(method, path, expect=500)
            self.assertFault(answer, 500, "computeFault")
            request_id = answer.headers["X-Compute-Request-Id"]
            self.assertIn(request_id, answer.text)
            self.assertNotIn("secret", answer.text)
            self.assertNotIn("Traceback", answer.text)
            self.assertEqual("2.104", answer.headers["X-OpenStack-Nova-API-Version"])
        self.assertIn("a secret", log.output)
        self.assertIn("Traceback", log.output)

    def test_a_cell_that_does_not_answer(self):
        client = self.client_of(CellUnavailable("cell away", retry_after=7))
        answer = client.get("/servers", expect=503)
        self.assertFault(answer, 503, "serviceUnavailable", "cell away")
        self.assertEqual("7", answer.headers["Retry-After"])

    def test_what_a_host_cannot_do(self):
        server = self.boot()
        client = self.client_of(NotSupported("no console"), "commands")
        answer = client.post(f"/servers/{server}/action", {"os-getConsoleOutput": {}}, expect=501)
        self.assertFault(answer, 501, "notImplemented", "no console")

    def test_invalid_comes_before_absent_and_forbidden(self):
        server = self.boot()
        path = f"/servers/{server}"
        bad, good = {"server": {"name": ""}}, {"server": {"name": "new"}}
        self.assertFault(self.member.put("/servers/none", bad), 400, "badRequest")
        self.assertFault(self.other.put(path, bad), 400, "badRequest")
        self.assertFault(self.reader.put(path, bad), 400, "badRequest")
        self.assertFault(self.other.put(path, good), 404, "itemNotFound")
        self.assertFault(self.reader.put(path, good), 403, "forbidden", "servers:update")

    def test_a_token_without_a_project_opens_nothing(self):
        """As Keystone gives them for a domain or the whole system."""
        gate = make_app(self.cloud.side).application.application
        self.assertIsInstance(gate, Gate)
        behind = gate.application

        def token(environ, start_response):
            environ["HTTP_X_USER_ID"], environ["HTTP_X_ROLES"] = "u", "admin,member,reader"
            return behind(environ, start_response)

        app = TestApp(Entry(token, 1000))
        for method, path in (("GET", "/servers"), ("GET", "/servers/detail"), ("POST", "/servers")):
            answer = app.request(f"/v2.1{path}", method=method, status="*")
            self.assertFault(answer, 403, "forbidden", "project")
        app.get("/v2.1", status=200)

    def test_the_version_comes_before_everything(self):
        answer = self.member.put("/abc/servers/none", {"server": 1}, "2.999")
        self.assertFault(answer, 406, "computeFault")
        answer = self.member.put("/abc/servers/none", {"server": 1})
        self.assertFault(answer, 400, "badRequest", "project_id")
