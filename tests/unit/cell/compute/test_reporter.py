# SPDX-License-Identifier: Apache-2.0
"""Results are handed in until they are taken; a newer one is never lost to an older answer."""

from __future__ import annotations

import threading
import time
import unittest
import uuid

from nova_cells.cell.compute.reporter import BATCH, Reporter
from nova_cells.contracts import Unknown
from nova_cells.objects import WorkReport


def a_report(operation=None, generation=1):
    return WorkReport(
        operation=operation or str(uuid.uuid4()),
        generation=generation,
        host="h1",
        uuid=str(uuid.uuid4()),
        results=[],
    )


class Listener:
    """A conductor of which a test says what it takes."""

    def __init__(self):
        self.batches = []
        self.refused = set()
        self.silent = 0
        self.during = lambda: None

    def report(self, reports):
        if self.silent:
            self.silent -= 1
            raise Unknown("nobody there")
        self.batches.append(list(reports))
        self.during()
        return [one.operation for one in reports if one.operation not in self.refused]


class ReporterTest(unittest.TestCase):
    def setUp(self):
        self.conductor, self.taken = Listener(), []
        self.reporter = Reporter(
            self.conductor, self.taken.extend, name="report", longest_pause=0.05
        )
        self.addCleanup(self.reporter.stop)

    def wait(self, condition):
        until = time.monotonic() + 5
        while not condition():
            self.assertLess(time.monotonic(), until)
            threading.Event().wait(0.005)

    def test_nobody_there_is_no_end(self):
        self.conductor.silent = 3
        report = a_report()
        self.reporter.start([report])
        self.wait(lambda: self.taken == [report])
        self.assertEqual([], self.reporter.in_hand())

    def test_what_is_not_taken_does_not_hold_up_the_others(self):
        stuck = [a_report() for _ in range(BATCH)]
        self.conductor.refused = {one.operation for one in stuck}
        good = a_report()
        self.reporter.start([*stuck, good])
        self.wait(lambda: self.taken == [good])
        self.conductor.refused = set()
        self.wait(lambda: len(self.taken) == BATCH + 1)

    def test_a_newer_result_that_comes_meanwhile_is_handed_in_too(self):
        old, new = a_report("op"), a_report("op", generation=2)
        self.conductor.during = lambda: self.reporter.add(new) if new not in self.taken else None
        self.reporter.start([old])
        self.wait(lambda: any(new in batch for batch in self.conductor.batches))
        self.assertNotIn(old, self.taken)

    def test_what_gathers_travels_together(self):
        self.conductor.silent = 1
        reports = [a_report() for _ in range(5)]
        self.reporter.start([])
        for report in reports:
            self.reporter.add(report)
        self.wait(lambda: len(self.taken) == 5)
        self.assertLess(len(self.conductor.batches), 5)
