# SPDX-License-Identifier: Apache-2.0
"""The console proxy between a real WebSocket client and a real TCP server."""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import logging
import socket
import ssl
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from types import SimpleNamespace

import websocket
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from nova_cells.cell.console.grants import NotAdmitted
from nova_cells.cell.console.proxy import IDLE, ConsoleProxy
from nova_cells.objects import ConsoleGrant, ConsoleTarget
from tests.unit.cell.console.guest import GREETING, Guest

TOKEN = "east-token"
CROWD = 400


class ProxyCase(unittest.TestCase):
    guest_more: dict = {}
    target_more: dict = {}

    def setUp(self):
        self.guest = Guest(**self.guest_more)
        self.addCleanup(self.guest.close)
        self.target = ConsoleTarget(host="127.0.0.1", port=self.guest.port, **self.target_more)
        self.proxy = self.start()

    def start(self, **more):
        options = {
            "host": "127.0.0.1",
            "port": 0,
            "web": "",
            "cert": "",
            "key": "",
            "allowed_origins": [],
            "max_connections": 5,
            "connect_timeout": 1.0,
            **more,
        }
        proxy = ConsoleProxy(SimpleNamespace(**options), self.grants)
        proxy.start()
        self.addCleanup(proxy.stop)
        return proxy

    def grants(self, token):
        if token == "away":
            raise NotAdmitted(503, "The cell does not answer.")
        if token != TOKEN:
            raise NotAdmitted(403, "The token is not valid, or not any more.")
        return ConsoleGrant(instance_uuid=str(uuid.uuid4()), type="novnc", target=self.target)

    def open(self, query=f"?token={TOKEN}", proxy=None, scheme="ws", **more):
        more = {"suppress_origin": True, "timeout": 5, **more}
        url = f"{scheme}://127.0.0.1:{(proxy or self.proxy).port}/{query}"
        connection = websocket.create_connection(url, **more)
        self.addCleanup(connection.close)
        return connection

    def refused(self, code, *args, **more):
        with self.assertRaises(websocket.WebSocketBadStatusException) as caught:
            self.open(*args, **more)
        self.assertEqual(code, caught.exception.status_code)


class ProxyTest(ProxyCase):
    def test_bytes_go_both_ways(self):
        console = self.open(subprotocols=["binary"])
        self.assertEqual(GREETING, console.recv())
        for size in (1, 70_000):
            sent, got = bytes(range(256)) * size, b""
            sent = sent[:size]
            console.send_binary(sent)
            while len(got) < len(sent):
                got += console.recv()
            self.assertEqual(sent, got)

    def test_the_token_may_be_in_the_path_noVNC_is_told(self):
        console = self.open(f"?path=%3Ftoken%3D{TOKEN}")
        self.assertEqual(GREETING, console.recv())

    def test_many_at_a_time_each_with_its_own(self):
        consoles = [self.open() for _ in range(4)]
        for number, console in enumerate(consoles):
            self.assertEqual(GREETING, console.recv())
            console.send_binary(b"%d" % number)
        self.assertEqual([b"0", b"1", b"2", b"3"], [console.recv() for console in consoles])

    def test_a_guest_that_ends_ends_the_console(self):
        console = self.open()
        console.recv()
        console.send_binary(b"bye")
        self.assertEqual((8, 1000), self.closed(console))

    def test_a_client_that_leaves_lets_the_guest_go(self):
        console = self.open()
        console.recv()
        console.close()
        self.assertTrue(self.guest.left.wait(5))

    def test_who_is_not_let_in(self):
        self.refused(403, "?token=wrong")
        self.refused(403, "")
        self.refused(403, "?path=%3Fx%3D1")
        self.refused(503, "?token=away")

    def test_a_refusal_has_no_body(self):
        asked = "GET /?token=wrong HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n\r\n"
        with socket.create_connection(("127.0.0.1", self.proxy.port), 5) as connection:
            connection.sendall(asked.encode())
            answer = b""
            while more := connection.recv(4096):
                answer += more
        self.assertTrue(answer.startswith(b"HTTP/1.1 403 The token is not valid"))
        self.assertTrue(answer.endswith(b"\r\n\r\n"))

    def test_pages_of_other_sites_are_not_let_in(self):
        proxy = self.start(allowed_origins=["dashboard.example"])
        port = proxy.port
        for origin in (f"http://127.0.0.1:{port}", "https://dashboard.example"):
            self.open(proxy=proxy, origin=origin, suppress_origin=False).recv()
        for origin in ("https://evil.example", "null", f"http://127.0.0.1.evil.example:{port}"):
            self.refused(403, proxy=proxy, origin=origin, suppress_origin=False)

    def test_a_console_that_nobody_serves(self):
        self.guest.close()
        self.target = ConsoleTarget(host="127.0.0.1", port=1)
        self.assertEqual((8, 1011), self.closed(self.open()))

    def test_no_more_than_may_be(self):
        proxy = self.start(max_connections=1)
        first = self.open(proxy=proxy)
        first.recv()
        self.refused(503, proxy=proxy)
        first.send_binary(b"bye")
        self.closed(first)
        self.opened_soon(proxy).recv()

    def opened_soon(self, proxy):
        """Its place is free a moment after the peer of the last one knows that it was closed."""
        until = time.monotonic() + 30
        while True:
            try:
                return self.open(proxy=proxy)
            except websocket.WebSocketBadStatusException as refused:
                if refused.status_code != 503 or time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def test_more_than_a_select_could_wait_for(self):
        proxy = self.start(max_connections=CROWD)
        consoles = [self.open(proxy=proxy) for _ in range(CROWD)]
        self.assertGreater(max(console.sock.fileno() for console in consoles), 1024)
        for number, console in enumerate(consoles):
            self.assertEqual(GREETING, console.recv())
            console.send_binary(b"%d" % number)
        self.assertEqual(list(range(CROWD)), [int(console.recv()) for console in consoles])

    def test_an_idle_console_costs_nothing(self):
        console = self.open()
        console.recv()
        before = time.process_time()
        time.sleep(2)
        self.assertLess(time.process_time() - before, 0.2)

    def test_the_page_of_serial_ports_is_our_own(self):
        with tempfile.TemporaryDirectory() as folder:
            base = f"http://127.0.0.1:{self.start(web=folder).port}"
            with urllib.request.urlopen(f"{base}/serial.html?token=x") as page:
                self.assertIn(b"<title>Serial console</title>", page.read())
            for path in ("/../handler.py", "/pages/serial.html", "//etc/passwd"):
                with self.assertRaises(urllib.error.HTTPError) as caught:
                    urllib.request.urlopen(base + path)
                self.addCleanup(caught.exception.close)
                self.assertEqual(404, caught.exception.code)

    def test_a_folder_that_is_not_there_is_not_served(self):
        proxy = self.start(web="/no/such/folder")
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(f"http://127.0.0.1:{proxy.port}/serial.html")
        self.addCleanup(caught.exception.close)
        self.assertEqual(405, caught.exception.code)
        self.open(proxy=proxy).recv()

    def test_a_page_tells_no_other_site_its_address(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "vnc_lite.html").write_text("<title>noVNC</title>")
            base = f"http://127.0.0.1:{self.start(web=folder).port}"
            with urllib.request.urlopen(f"{base}/vnc_lite.html") as page:
                self.assertEqual("no-referrer", page.headers["Referrer-Policy"])

    def test_connections_that_say_nothing_are_few(self):
        proxy = self.start(max_connections=1)
        idle = [socket.create_connection(("127.0.0.1", proxy.port), 5) for _ in range(IDLE + 2)]
        for each in idle:
            self.addCleanup(each.close)
        self.assertEqual(b"", idle[-1].recv(1))
        idle[0].close()
        self.assertTrue(self.admitted_within(5, proxy))

    def admitted_within(self, seconds, proxy):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(OSError, websocket.WebSocketException):
                return bool(self.open(proxy=proxy).recv())
        return False

    def test_a_stop_ends_what_is_open(self):
        console = self.open()
        console.recv()
        self.proxy.stop()
        with self.assertRaises((websocket.WebSocketException, OSError)):
            while console.recv():
                pass

    def test_no_log_knows_a_token(self):
        with self.assertLogs(logging.getLogger("nova_cells"), logging.DEBUG) as caught:
            self.open().recv()
            self.open(f"?path=%3Ftoken%3D{TOKEN}").recv()
            self.refused(503, "?token=away")
        self.assertNotIn(TOKEN, " ".join(caught.output))

    def test_without_files_only_websockets_are_served(self):
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(f"http://127.0.0.1:{self.proxy.port}/")
        self.addCleanup(caught.exception.close)
        self.assertEqual(405, caught.exception.code)

    def test_files_are_served_and_folders_are_not_listed(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "vnc_lite.html").write_text("<title>noVNC</title>")
            proxy = self.start(web=folder)
            base = f"http://127.0.0.1:{proxy.port}"
            with urllib.request.urlopen(f"{base}/vnc_lite.html?path=x") as page:
                self.assertIn(b"noVNC", page.read())
            with self.assertRaises(urllib.error.HTTPError) as caught:
                urllib.request.urlopen(f"{base}/")
            self.addCleanup(caught.exception.close)
            self.assertEqual(404, caught.exception.code)
            self.open(proxy=proxy).recv()

    def test_tls(self):
        with tempfile.TemporaryDirectory() as folder:
            file = certificate(Path(folder))
            proxy = self.start(cert=str(file))
            slow = threading.Thread(target=self.talk_plain, args=(proxy.port,), daemon=True)
            slow.start()
            trust = {"ca_certs": str(file), "cert_reqs": ssl.CERT_REQUIRED}
            console = self.open(proxy=proxy, scheme="wss", sslopt=trust)
            self.assertEqual(GREETING, console.recv())
            slow.join(5)

    def talk_plain(self, port):
        with self.assertRaises(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=3)

    def closed(self, console):
        """The opcode and code of what ends a connection."""
        while True:
            opcode, data = console.recv_data()
            if opcode == websocket.ABNF.OPCODE_CLOSE:
                return opcode, int.from_bytes(data[:2], "big")


class BehindAPathTest(ProxyCase):
    guest_more = {"path": "/mks/1"}
    target_more = {"internal_access_path": "/mks/1"}

    def test_the_path_is_asked_for_and_its_answer_kept_from_the_client(self):
        console = self.open()
        self.assertEqual(GREETING, console.recv())
        self.assertEqual([b"CONNECT /mks/1 HTTP/1.1\r\n\r\n"], self.guest.asked)


class NoSuchPathTest(ProxyCase):
    guest_more = {"path": "/mks/1", "answer": b"HTTP/1.1 404 Not Found\r\n\r\n"}
    target_more = {"internal_access_path": "/mks/1"}

    def test_a_path_that_is_not_there(self):
        opcode, data = self.open().recv_data()
        self.assertEqual((8, 1011), (opcode, int.from_bytes(data[:2], "big")))


def certificate(folder: Path) -> Path:
    """One for 127.0.0.1, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "proxy.pem"
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, form, plain)
    )
    return file
