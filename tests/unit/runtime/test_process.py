# SPDX-License-Identifier: Apache-2.0
"""Processes start in order and end in time."""

import signal
import subprocess
import sys
import time
import unittest

from nova_cells.runtime import process

PROGRAM = """
import sys, time
from nova_cells.runtime import process

class Service:
    def __init__(self, name, slow=0):
        self.name, self.slow = name, slow
    def start(self):
        print("start", self.name, flush=True)
    def stop(self):
        time.sleep(self.slow)
        print("stop", self.name, flush=True)

slow = float(sys.argv[1])
services = [Service("a"), Service("b", slow)]
grace = 1.0 if slow else 60.0
sys.exit(process.run(services, ready=lambda: print("ready", flush=True), grace=grace))
"""


class Recorder:
    def __init__(self, log: list[str], name: str, fail: str = "") -> None:
        self._log, self._name, self._fail = log, name, fail

    def start(self) -> None:
        self._log.append(f"start {self._name}")
        if self._fail == "start":
            raise ValueError

    def stop(self) -> None:
        self._log.append(f"stop {self._name}")
        if self._fail == "stop":
            raise ValueError


class GroupTest(unittest.TestCase):
    def test_order(self):
        log: list[str] = []
        group = process.Group([Recorder(log, "a"), Recorder(log, "b")])
        group.start()
        group.stop()
        self.assertEqual(["start a", "start b", "stop b", "stop a"], log)

    def test_one_that_does_not_start_takes_the_others_down(self):
        log: list[str] = []
        group = process.Group([Recorder(log, "a"), Recorder(log, "b", "start")])
        self.assertRaises(ValueError, group.start)
        self.assertEqual(["start a", "start b", "stop b", "stop a"], log)

    def test_one_that_does_not_stop_lets_the_others(self):
        log: list[str] = []
        group = process.Group([Recorder(log, "a"), Recorder(log, "b", "stop")])
        group.start()
        with self.assertLogs("nova_cells.runtime.process", "ERROR"):
            group.stop()
        self.assertEqual("stop a", log[-1])


class RunTest(unittest.TestCase):
    def run_and_signal(self, slow: float, number: signal.Signals) -> tuple[int, list[str], float]:
        child = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(slow)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        lines = []
        while "ready" not in lines:
            lines.append(child.stdout.readline().strip())
        start = time.monotonic()
        child.send_signal(number)
        lines += child.communicate(timeout=20)[0].split("\n")
        return child.returncode, [line for line in lines if line], time.monotonic() - start

    def test_a_signal_stops_it_cleanly(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            code, lines, _ = self.run_and_signal(0, number)
            self.assertEqual(0, code)
            self.assertEqual(["start a", "start b", "ready", "stop b", "stop a"], lines)

    def test_what_does_not_stop_is_left_behind(self):
        code, lines, seconds = self.run_and_signal(30, signal.SIGTERM)
        self.assertEqual(0, code)
        self.assertNotIn("stop b", lines)
        self.assertLess(seconds, 5)
