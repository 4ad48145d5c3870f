# SPDX-License-Identifier: Apache-2.0
"""Certificates: those of an authority of one's own are believed, and no others."""

from __future__ import annotations

import ssl
import tempfile
from pathlib import Path

from nova_cells.clients.service_faults import OutcomeUnknown, Unavailable
from tests.unit.clients.calling.case import CallingCase
from tests.unit.clients.calling.certificates import authority


class TlsTest(CallingCase):
    def setUp(self) -> None:
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.ca, certificate = authority(self.folder, "ours")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.far.socket = context.wrap_socket(
            self.far.socket, server_side=True, do_handshake_on_connect=False
        )
        self.far.scheme = "https"

    def test_an_authority_of_our_own(self) -> None:
        service = self.service(cafile=str(self.ca))
        self.assertEqual("GET", service.get("/a")["method"])
        self.assertEqual("POST", service.post("/a", {})["method"])
        self.assertLessEqual(self.far.connections, 2)

    def test_another_authority_is_refused_readably(self) -> None:
        wrong, _certificate = authority(self.folder, "others")
        for cafile in (str(wrong), None):
            service = self.service(cafile=cafile, auth_type="none", endpoint_override=self.far.url)
            with self.assertRaises(Unavailable) as caught:
                service.post("/a", {})
            fault = caught.exception
            self.assertNotIsInstance(fault, OutcomeUnknown)
            self.assertIn("does not answer", fault.message)
            self.assertNotIn("127.0.0.1", fault.message)
            self.assertIn("certificate verify failed", fault.detail)
        self.assertEqual([], self.far.asked)

    def test_a_keystone_of_another_authority(self) -> None:
        wrong, _certificate = authority(self.folder, "others")
        with self.assertRaises(Unavailable) as caught:
            self.service(cafile=str(wrong)).get("/a")
        self.assertIn("certificate verify failed", caught.exception.detail)
        self.assertEqual(0, self.far.tokens)

    def test_unchecked_where_the_operator_says_so(self) -> None:
        self.assertEqual("GET", self.service(insecure=True).get("/a")["method"])
