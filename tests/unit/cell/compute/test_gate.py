# SPDX-License-Identifier: Apache-2.0
"""Work waits at the gate while its host is not sure, each piece once, and goes on in its order."""

from __future__ import annotations

import unittest

from nova_cells.cell.compute.gate import Gate
from nova_cells.runtime import context
from tests.unit.cell.compute.worlds import a_machine, some_work


class GateTest(unittest.TestCase):
    def setUp(self):
        super().setUp()
        self.sure: set[str] = set()
        self.seen: list[tuple[str, str | None]] = []
        self.gate = Gate(self.take, lambda host: host in self.sure)

    def take(self, work):
        asked = context.current()
        self.seen.append((work.operation, asked.request_id if asked else None))

    def submit(self, operation, host="h1", **changes):
        self.gate.submit(
            some_work(a_machine(), "power_on", operation=operation, host=host, **changes)
        )

    def test_what_waits_goes_on_in_order_and_once(self):
        for operation in ("one", "two", "one", "three"):
            self.submit(operation)
        self.assertEqual([], self.seen)
        self.sure.add("h1")
        for _ in range(2):
            self.gate.pass_on("h1")
        self.assertEqual(["one", "two", "three"], [operation for operation, _ in self.seen])

    def test_the_newest_asking_counts_and_another_attempt_is_other_work(self):
        self.submit("one")
        self.submit("one", attempt=2)
        self.sure.add("h1")
        self.gate.pass_on("h1")
        self.assertEqual(2, len(self.seen))

    def test_a_host_that_is_sure_waits_for_no_other(self):
        self.sure.add("h2")
        self.submit("one")
        self.submit("two", host="h2")
        self.gate.pass_on("h2")
        self.assertEqual([("two", None)], self.seen)

    def test_it_goes_on_under_the_request_it_came_with(self):
        with context.use(context.RequestContext(request_id="req-7")):
            self.submit("one")
        self.sure.add("h1")
        self.gate.pass_on("h1")
        self.assertEqual([("one", "req-7")], self.seen)
