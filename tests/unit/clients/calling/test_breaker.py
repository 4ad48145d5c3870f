# SPDX-License-Identifier: Apache-2.0
"""A service that keeps failing is left alone; one request at a time finds out if it is back."""

from __future__ import annotations

import unittest

from nova_cells.clients.calling.breaker import Breaker


class BreakerTest(unittest.TestCase):
    def setUp(self) -> None:
        self.now = 100.0
        self.breaker = Breaker(3, 5.0, lambda: self.now)

    def fail(self, times: int) -> None:
        for _ in range(times):
            self.breaker.failed()

    def test_failures_in_a_row_open_it(self) -> None:
        self.fail(2)
        self.breaker.answered()
        self.fail(2)
        self.assertEqual(0.0, self.breaker.closed_for())
        self.fail(1)
        self.assertEqual(5.0, self.breaker.closed_for())
        self.now += 2
        self.assertEqual(3.0, self.breaker.closed_for())
        self.assertEqual(1, self.breaker.opened)

    def test_after_the_pause_one_tries(self) -> None:
        self.fail(3)
        self.now += 5
        self.assertEqual([0.0, 5.0, 5.0], [self.breaker.closed_for() for _ in range(3)])
        self.breaker.answered()
        self.assertEqual([0.0, 0.0], [self.breaker.closed_for() for _ in range(2)])

    def test_where_it_fails_again_there_is_another_pause(self) -> None:
        self.fail(3)
        self.now += 5
        self.breaker.closed_for()
        self.now += 4
        self.breaker.failed()
        self.assertEqual(5.0, self.breaker.closed_for())
        self.assertEqual(1, self.breaker.opened)

    def test_one_that_tried_and_never_came_back_does_not_close_it_for_ever(self) -> None:
        self.fail(3)
        self.now += 5
        self.breaker.closed_for()
        self.now += 5
        self.assertEqual(0.0, self.breaker.closed_for())
