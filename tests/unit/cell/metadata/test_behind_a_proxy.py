# SPDX-License-Identifier: Apache-2.0
"""What a network service's metadata proxy is answered, and what anybody who pretends to be one."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket

from nova_cells.cell.compute.guest_data.versions import EC2, OPENSTACK
from nova_cells.cell.metadata.callers import SignedByProxy
from nova_cells.cell.metadata.sources import NoAnswer
from nova_cells.clients.vendor_data import VendorData, VendorDataUnavailable
from tests.unit.cell.compute.guest_data.machines import FULL, UUID, machine
from tests.unit.cell.metadata.service import ServiceCase

SECRET = "proxies know it"
OTHER = "5d0c3a52-90f4-4e0b-8f0e-4b1f2b4a7f99"


class ProxyCase(ServiceCase):
    callers = SignedByProxy(SECRET)

    def setUp(self) -> None:
        super().setUp()
        self.source.guests[UUID] = machine(**{**FULL, "password": None})

    def of(self, path, method="GET", body=None, uuid=UUID, project="p1", secret=SECRET, **more):
        signature = hmac.new(secret.encode(), uuid.encode(), hashlib.sha256).hexdigest()
        headers = {
            "X_Instance_ID": uuid,
            "X_Tenant_ID": project,
            "X_Instance_ID_Signature": signature,
            **more,
        }
        kept = {name: value for name, value in headers.items() if value is not None}
        status, text, self.headers = self.ask(path, method, body, **kept)
        return status, text.decode()

    def status(self, *arguments, **more):
        return self.of(*arguments, **more)[0]


class ReadingTest(ProxyCase):
    def test_every_version_of_both_trees(self):
        for version in OPENSTACK:
            status, text = self.of(f"/openstack/{version}/meta_data.json")
            self.assertEqual((200, UUID), (status, json.loads(text)["uuid"]))
            self.assertEqual("application/json", self.headers["Content-Type"])
            self.assertEqual((200, "#!/bin/sh\n"), self.of(f"/openstack/{version}/user_data"))
        for version in EC2:
            self.assertEqual((200, "web-server"), self.of(f"/{version}/meta-data/hostname"))
            self.assertEqual("text/plain; charset=utf-8", self.headers["Content-Type"])
        self.assertTrue(self.of("/")[1].startswith("1.0\n"))
        self.assertEqual(self.of("/openstack"), self.of("//openstack/"))

    def test_what_is_not_there(self):
        for path in ("/x", "/openstack/x", "/latest/x", "/openstack/latest/x", "/a" * 600):
            self.assertEqual(404, self.status(path), path)
        for path in ("/../etc/passwd", "/openstack/latest/%2e%2e/x", "/%00", "/%ff%fe/x"):
            self.assertEqual(404, self.status(path), path)

    def test_head_is_get_without_the_text(self):
        whole = len(self.of("/latest/user-data")[1])
        self.assertEqual((200, ""), self.of("/latest/user-data", "HEAD"))
        self.assertEqual(str(whole), self.headers["Content-Length"])

    def test_other_methods(self):
        for method in ("PUT", "DELETE", "OPTIONS", "PATCH", "BREW"):
            self.assertEqual(405, self.status("/openstack/latest/password", method))
            self.assertEqual("GET, HEAD", self.headers["Allow"])
        self.assertEqual(405, self.status("/openstack/latest/meta_data.json", "POST", b"x"))
        self.assertEqual(405, self.status("/openstack/2012-08-10/password", "POST", b"x"))

    def test_a_guest_nobody_knows(self):
        self.assertEqual(404, self.status("/", uuid=OTHER))
        self.assertEqual(404, self.status("/", uuid="no uuid at all"))

    def test_a_guest_of_another_project(self):
        self.assertEqual(404, self.status("/", project="p2"))
        self.assertEqual(404, self.status("/openstack/latest/password", "POST", "x", project="p2"))
        self.assertFalse(self.source.guests[UUID].guest_data["password"])


class SignatureTest(ProxyCase):
    def test_a_wrong_one(self):
        self.assertEqual(403, self.status("/", secret="guessed"))
        for signature in ("", " "):
            self.assertEqual(400, self.status("/", X_Instance_ID_Signature=signature))
        for signature in ("0", "é", "x" * 5000):
            self.assertEqual(403, self.status("/", X_Instance_ID_Signature=signature))
        self.assertEqual([], self.source.asked)

    def test_of_another_guest(self):
        self.source.guests[OTHER] = machine(hostname="other")
        signature = hmac.new(SECRET.encode(), UUID.encode(), hashlib.sha256).hexdigest()
        self.assertEqual(403, self.status("/", uuid=OTHER, X_Instance_ID_Signature=signature))

    def test_headers_that_are_missing_or_there_twice(self):
        for header in ("X_Instance_ID", "X_Tenant_ID", "X_Instance_ID_Signature"):
            self.assertEqual(400, self.status("/", **{header: None}), header)
            self.assertEqual(400, self.status("/", **{header: "a,b"}), header)

    def test_an_address_named_in_a_header_changes_nothing(self):
        self.assertEqual(200, self.status("/", X_Forwarded_For="10.0.0.9"))


class PasswordTest(ProxyCase):
    path = "/openstack/2013-04-04/password"

    def test_it_is_taken_once_and_shown(self):
        self.assertEqual((200, ""), self.of(self.path))
        self.assertEqual(200, self.status(self.path, "POST", "c2VjcmV0"))
        self.assertEqual((200, "c2VjcmV0"), self.of(self.path))
        self.assertEqual(409, self.status("/openstack/latest/password", "POST", "other"))
        self.assertEqual((200, "c2VjcmV0"), self.of(self.path))

    def test_what_is_none(self):
        for body in ("", "x" * 4097, "x" * 60000, b"\0", b"\xff", "not this!"):
            self.assertEqual(400, self.status(self.path, "POST", body))
        self.assertEqual(200, self.status(self.path, "POST", "x" * 4096))

    def test_where_its_keeping_is_not_certain(self):
        self.assertEqual(200, self.status(self.path))
        self.source.fault = NoAnswer("late")
        self.assertEqual(503, self.status(self.path, "POST", "x"))


class MemoryTest(ProxyCase):
    def test_a_guest_is_asked_for_once_in_its_time(self):
        seeds = set()
        for _ in range(3):
            _, text = self.of("/openstack/latest/meta_data.json")
            seeds.add(json.loads(text)["random_seed"])
        self.assertEqual((1, 1), (len(self.source.asked), len(seeds)))
        self.source.guests[UUID] = machine(hostname="renamed")
        self.assertEqual("web-server", self.of("/latest/meta-data/hostname")[1])
        self.now = 15.1
        self.assertEqual("renamed", self.of("/latest/meta-data/hostname")[1])
        self.assertEqual(2, len(self.source.asked))

    def test_that_there_is_none_is_remembered_too(self):
        for _ in range(3):
            self.assertEqual(404, self.status("/", uuid=OTHER))
        self.assertEqual([OTHER], self.source.asked)

    def test_a_cell_that_is_away_is_a_503_at_once_and_again_in_a_moment(self):
        self.source.fault = NoAnswer("away")
        with self.assertLogs("nova_cells.cell.metadata", "WARNING") as logs:
            for _ in range(3):
                self.assertEqual(503, self.status("/"))
                self.assertEqual("2", self.headers["Retry-After"])
        self.assertEqual(1, len(logs.output))
        self.assertEqual(1, len(self.source.asked))
        self.source.fault = None
        self.now = 1.1
        self.assertEqual(200, self.status("/"))

    def test_only_so_many_are_remembered(self):
        from nova_cells.cell.metadata import memory

        self.addCleanup(setattr, memory, "MOST", memory.MOST)
        memory.MOST = 2
        for number in range(3):
            self.status("/", uuid=f"{OTHER[:-1]}{number}")
        self.status("/", uuid=f"{OTHER[:-1]}0")
        self.assertEqual(4, len(self.source.asked))


class VendorTest(ProxyCase):
    def test_vendor_data_is_asked_for_with_the_guest(self):
        self.serve(_Vendor())
        found = json.loads(self.of("/openstack/latest/vendor_data2.json")[1])
        self.assertEqual({"for": UUID}, found)

    def test_where_it_must_not_be_missing_nothing_is_told(self):
        self.serve(_Vendor(broken=True))
        self.assertEqual(503, self.status("/openstack/latest/meta_data.json"))


class _Vendor(VendorData):
    def __init__(self, broken=False):
        self.broken = broken

    def of(self, machine):
        if self.broken:
            raise VendorDataUnavailable("away")
        return {"vendor_data2": {"for": machine.uuid}}


class HostileTest(ProxyCase):
    def said(self, words: bytes) -> bytes:
        """What raw bytes are answered."""
        with socket.create_connection(("127.0.0.1", self.port), 10) as connection:
            connection.sendall(words)
            connection.shutdown(socket.SHUT_WR)
            return connection.recv(100)

    def test_huge_headers_and_bodies_are_cut_off(self):
        words = b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 40000 + b"\r\n\r\n"
        self.assertIn(b" 431 ", self.said(words))
        words = b"POST /openstack/latest/password HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999"
        self.assertIn(b" 413 ", self.said(words + b"\r\n\r\n"))

    def test_lengths_that_are_none(self):
        head = b"POST /openstack/latest/password HTTP/1.1\r\nHost: x\r\n"
        for words in (b"Content-Length: -1\r\n\r\n", b"Content-Length: x\r\n\r\n"):
            self.assertIn(b" 400 ", self.said(head + words))

    def test_it_goes_on_after_all_that(self):
        self.said(b"\0\xff\r\n\r\n")
        self.assertEqual(200, self.status("/"))
