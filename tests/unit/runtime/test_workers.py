# SPDX-License-Identifier: Apache-2.0
"""Tests of processes that share a port: all serve, the dead are replaced, the parent ends them."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import time
import unittest
from collections.abc import Callable
from typing import Any

from nova_cells.runtime.workers import FIRST_PAUSE, Workers

SERVE = """
import os, signal, sys, time
from nova_cells.runtime.workers import Orphanage, inherited_port
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
orphanage = Orphanage()
orphanage.start()
port = inherited_port()
port.setblocking(True)
while True:
    connection, _ = port.accept()
    connection.sendall(str(os.getpid()).encode())
    connection.close()
    time.sleep(0.01)
"""
PARENT = """
import sys, time
from nova_cells.runtime.workers import Workers
workers = Workers([sys.executable, "-c", sys.argv[1]], "127.0.0.1", int(sys.argv[2]), 2)
workers.start()
while len(workers.pids) < 2:
    time.sleep(0.01)
print(*workers.pids, flush=True)
time.sleep(60)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], Any], within: float = 10.0) -> Any:
    end = time.monotonic() + within
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not happen")


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


class WorkersTest(unittest.TestCase):
    def setUp(self) -> None:
        logging.disable(logging.CRITICAL)
        self.addCleanup(logging.disable, logging.NOTSET)
        self.port = free_port()
        command = [sys.executable, "-c", SERVE]
        self.workers = Workers(command, "127.0.0.1", self.port, 2)
        self.workers.start()
        self.addCleanup(self._end)
        self.ended = False

    def _end(self) -> None:
        if not self.ended:
            self.ended = True
            self.workers.stop()

    def ask(self) -> int:
        """The pid of whoever serves."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            return int(connection.recv(100))

    def test_a_request_before_they_are_ready_waits_and_all_of_them_serve(self) -> None:
        self.assertTrue(alive(self.ask()))
        pids = set(until(lambda: len(self.workers.pids) == 2 and self.workers.pids))
        until(lambda: {self.ask() for _ in range(20)} == pids)

    def test_a_dead_one_is_replaced(self) -> None:
        self.ask()
        before = set(until(lambda: len(self.workers.pids) == 2 and self.workers.pids))
        os.kill(min(before), signal.SIGKILL)
        until(lambda: len(self.workers.pids) == 2 and set(self.workers.pids) != before)
        self.assertEqual(1, len(set(self.workers.pids) & before))

    def test_those_that_die_young_are_not_started_without_a_pause(self) -> None:
        failing = Workers([sys.executable, "-c", "raise SystemExit(3)"], "127.0.0.1", 0, 1)
        failing.start()
        self.addCleanup(failing.stop)
        seen = set()
        end = time.monotonic() + 3 * FIRST_PAUSE
        while time.monotonic() < end:
            seen.update(failing.pids)
            time.sleep(0.005)
        self.assertLessEqual(len(seen), 3)

    def test_stopping_ends_all_and_frees_the_port(self) -> None:
        self.ask()
        pids = self.workers.pids
        self._end()
        until(lambda: not any(alive(pid) for pid in pids))
        with self.assertRaises(OSError):
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()

    def test_a_parent_that_is_killed_takes_them_along(self) -> None:
        command = [sys.executable, "-c", PARENT, SERVE, str(free_port())]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
            assert parent.stdout is not None
            pids = [int(pid) for pid in parent.stdout.readline().split()]
            self.assertEqual(2, len(pids))
            parent.kill()
        until(lambda: not any(alive(pid) for pid in pids))
