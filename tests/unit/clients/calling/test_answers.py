# SPDX-License-Identifier: Apache-2.0
"""Which fault an answer is, and in whose words: each service has its own way to say no."""

from __future__ import annotations

import json
from typing import Any

from nova_cells.clients.service_faults import (
    Forbidden,
    Garbage,
    Impossible,
    InUse,
    NotThere,
    OverQuota,
    ServiceFault,
    Unavailable,
)
from tests.unit.clients.calling.case import MIA, CallingCase
from tests.unit.clients.calling.far_service import says

NEUTRON = {"NeutronError": {"type": "PortInUse", "message": "Port p is in use.", "detail": ""}}
CINDER = {"itemNotFound": {"code": 404, "message": "Volume v could not be found."}}
KEYSTONE = {"error": {"code": 403, "message": "You may not.", "title": "Forbidden"}}
GLANCE = b"<html><head><title>404 Not Found</title></head><body>No image i.<br /></body></html>"
IRONIC = {"error_message": json.dumps({"faultstring": "Node n is locked.", "faultcode": "Client"})}
QUOTA = {"NeutronError": {"type": "OverQuota", "message": "Quota exceeded for resources: ['port']"}}
CINDERS_QUOTA = {"overLimit": {"code": 413, "message": "Maximum number of volumes exceeded"}}


class AnswersTest(CallingCase):
    def fault(self, status: int, document: Any, ctx: Any = MIA, **headers: str) -> ServiceFault:
        self.far.script = [says(status, document, **headers)]
        with self.assertRaises(ServiceFault) as caught:
            self.service(connect_retries=0).post("/a", {}, ctx)
        self.assertEqual("req-theirs", caught.exception.request_id)
        return caught.exception

    def test_their_words(self) -> None:
        for status, document, kind, words in (
            (409, NEUTRON, InUse, "Port p is in use."),
            (404, CINDER, NotThere, "Volume v could not be found."),
            (403, KEYSTONE, Forbidden, "You may not."),
            (409, IRONIC, InUse, "Node n is locked."),
            (409, QUOTA, OverQuota, "Quota exceeded for resources: ['port']"),
            (413, CINDERS_QUOTA, OverQuota, "Maximum number of volumes exceeded"),
            (400, {"badRequest": {"message": "Bad."}}, Impossible, "Bad."),
            (422, {}, Impossible, "The network service refused it."),
            (500, {"computeFault": {"message": "Traceback"}}, Unavailable, "does not answer"),
            (503, b"", Unavailable, "does not answer"),
            (429, {}, Unavailable, "does not answer"),
            (300, {}, Garbage, "makes no sense"),
        ):
            with self.subTest(status, document=document):
                fault = self.fault(status, document)
                self.assertIs(kind, type(fault))
                self.assertIn(words, fault.message)
        self.assertEqual("PortInUse", self.fault(409, NEUTRON).kind)

    def test_a_page_for_browsers(self) -> None:
        fault = self.fault(404, GLANCE, Content_Type="text/html")
        self.assertEqual("404 Not Found No image i.", fault.message)

    def test_what_we_may_not_is_no_tenants_business(self) -> None:
        fault = self.fault(403, {"error": {"message": "user nova lacks role"}}, None)
        self.assertEqual("The network service refused it.", fault.message)
        self.assertIn("lacks role", fault.detail)

    def test_hostile_words(self) -> None:
        for words in (
            "x" * 100_000,
            "a\x00b\x1b[31m\nc",
            "at http://10.0.0.1:8774/secret",
            "{" * 99,
        ):
            fault = self.fault(400, {"error": {"message": words}})
            self.assertLessEqual(len(fault.message), 255)
            self.assertTrue(fault.message.isprintable(), fault.message)
            self.assertNotIn("10.0.0.1", fault.message)
        deep: Any = {}
        for _ in range(300):
            deep = {"a": deep}
        for document in (deep, [], 7, {"error": None}, {"message": ["x"]}, b"[" * 100_000):
            self.assertIsInstance(self.fault(400, document), Impossible)
