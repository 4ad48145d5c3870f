# SPDX-License-Identifier: Apache-2.0
"""Tests of the HTTP server as a service: it takes its port, shares one, and ends politely."""

from __future__ import annotations

import http.client
import socket
import threading
import time
import unittest
from collections.abc import Iterable
from typing import Any

from nova_cells.cli.http_server import HttpServer
from nova_cells.runtime.workers import listening

BODY = b"x" * 5_000_000  # more than sockets take in at once


class Slow:
    """An application that says when it is at work, and takes half a second."""

    def __init__(self) -> None:
        self.begun = threading.Event()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.begun.set()
        time.sleep(0.5)
        start_response("200 OK", [("Content-Length", str(len(BODY)))])
        return [BODY]


class HttpServerTest(unittest.TestCase):
    def setUp(self) -> None:
        self.application = Slow()
        self.port = listening("127.0.0.1", 0)
        self.number = self.port.getsockname()[1]
        self.server = HttpServer(self.application, "", 0, 2, inherited=self.port)
        self.server.start()

    def ask(self) -> tuple[int, int]:
        connection = http.client.HTTPConnection("127.0.0.1", self.number, timeout=5)
        try:
            connection.request("GET", "/")
            answer = connection.getresponse()
            return answer.status, len(answer.read())
        finally:
            connection.close()

    def test_a_port_that_was_handed_over_is_served(self) -> None:
        self.addCleanup(self.server.stop)
        self.assertEqual((200, len(BODY)), self.ask())

    def test_what_is_begun_is_finished_when_it_stops(self) -> None:
        answers: list[tuple[int, int]] = []
        client = threading.Thread(target=lambda: answers.append(self.ask()))
        client.start()
        self.assertTrue(self.application.begun.wait(5))
        self.server.stop()
        client.join(5)
        self.assertEqual([(200, len(BODY))], answers)
        with self.assertRaises(OSError):
            self.ask()

    def test_a_taken_port_is_noticed_at_the_start(self) -> None:
        self.addCleanup(self.server.stop)
        with self.assertRaises(OSError):
            HttpServer(self.application, "127.0.0.1", self.number, 1).start()


class PerPeerTest(unittest.TestCase):
    def test_who_holds_many_connections_leaves_room_for_others(self) -> None:
        port = listening("127.0.0.1", 0)
        place = ("127.0.0.1", port.getsockname()[1])
        server = HttpServer(_quick, "", 0, 2, inherited=port, per_peer=3)
        server.start()
        self.addCleanup(server.stop)
        held = [socket.create_connection(place, 5) for _ in range(10)]
        for each in held:
            self.addCleanup(each.close)
            each.settimeout(5)
        self.assertEqual([b""] * 7, [each.recv(1) for each in held[3:]])
        connection = http.client.HTTPConnection(*place, timeout=5, source_address=("127.0.0.2", 0))
        self.addCleanup(connection.close)
        connection.request("GET", "/")
        self.assertEqual(200, connection.getresponse().status)
        held[0].sendall(b"GET / HTTP/1.0\r\n\r\n")
        self.assertIn(b"200 OK", held[0].recv(100))


def _quick(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Length", "0")])
    return []
