# SPDX-License-Identifier: Apache-2.0
"""The figures of a process are read over HTTP, where it is told to; elsewhere nothing listens."""

from __future__ import annotations

import os
import socket
import unittest
import urllib.error
import urllib.request
from typing import Any
from unittest import mock

from nova_cells.cli import config, metrics
from nova_cells.runtime.workers import SEAT


class MetricsPortTest(unittest.TestCase):
    def begun(self, port: int) -> Any:
        conf = config.load()
        conf.set_override("port", port, group="metrics")
        (served,) = metrics.services(conf)
        served.start()
        self.addCleanup(served.stop)
        return served

    def read(self, port: int, path: str = "/metrics", **how: Any) -> Any:
        asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", **how)
        return urllib.request.urlopen(asked, timeout=30)

    def test_nothing_listens_by_itself(self) -> None:
        self.assertEqual([], metrics.services(config.load()))

    def test_one_page(self) -> None:
        port = self.begun(free_port()).port
        with self.read(port) as answer:
            self.assertTrue(answer.headers["Content-Type"].startswith("text/plain"))
            self.assertIn(b"process_cpu_seconds_total", answer.read())
        with self.assertRaises(urllib.error.HTTPError) as nothing:
            self.read(port, "/")
        with self.assertRaises(urllib.error.HTTPError) as written:
            self.read(port, data=b"x", method="POST")
        self.assertEqual((404, 405), (nothing.exception.code, written.exception.code))
        nothing.exception.close()
        written.exception.close()

    def test_each_worker_has_the_port_of_its_seat(self) -> None:
        port = free_port() - 2
        with mock.patch.dict(os.environ, {SEAT: "2"}):
            self.assertEqual(port + 2, self.begun(port).port)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
