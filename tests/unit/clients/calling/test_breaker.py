# SPDX-License-Identifier: Apache-2.0
"""A service that keeps failing is left alone; one request at a time finds out if it is back."""

from __future__ import annotations

import unittest

from nova_cells.clients.calling.breaker import LATEST, Breaker, Limits


class BreakerCase(unittest.TestCase):
    limits = Limits(failures=3, pause=5.0, share=0.5, requests=6)

    def setUp(self) -> None:
        self.now = 100.0
        self.breaker = Breaker(self.limits, lambda: self.now)

    def fail(self, times: int) -> None:
        for _ in range(times):
            self.breaker.failed()


class FailuresInARowTest(BreakerCase):
    def test_failures_in_a_row_open_it(self) -> None:
        self.fail(2)
        self.breaker.answered()
        self.fail(2)
        self.assertEqual((0.0, "closed"), (self.breaker.closed_for(), self.breaker.state))
        self.fail(1)
        self.assertEqual((5.0, "open"), (self.breaker.closed_for(), self.breaker.state))
        self.now += 2
        self.assertEqual(3.0, self.breaker.closed_for())
        self.assertEqual((1, 2), (self.breaker.opened, self.breaker.turned_away))

    def test_after_the_pause_one_tries(self) -> None:
        self.fail(3)
        self.now += 5
        self.assertEqual("half_open", self.breaker.state)
        self.assertEqual([0.0, 5.0, 5.0], [self.breaker.closed_for() for _ in range(3)])
        self.assertEqual("half_open", self.breaker.state, "it is on its way")
        self.breaker.answered()
        self.assertEqual([0.0, 0.0], [self.breaker.closed_for() for _ in range(2)])
        self.assertEqual("closed", self.breaker.state)

    def test_where_it_fails_again_there_is_another_pause(self) -> None:
        self.fail(3)
        self.now += 5
        self.breaker.closed_for()
        self.now += 4
        self.breaker.failed()
        self.assertEqual((5.0, "open"), (self.breaker.closed_for(), self.breaker.state))
        self.assertEqual(1, self.breaker.opened)

    def test_one_that_tried_and_never_came_back_does_not_close_it_for_ever(self) -> None:
        self.fail(3)
        self.now += 5
        self.breaker.closed_for()
        self.now += 5
        self.assertEqual(0.0, self.breaker.closed_for())


class ShareTest(BreakerCase):
    """Never three in a row, and half of them."""

    def alternate(self, times: int) -> None:
        for _ in range(times):
            self.breaker.answered()
            self.breaker.failed()

    def test_half_of_the_latest_open_it(self) -> None:
        self.alternate(2)
        self.assertFalse(self.breaker.is_open, "four requests say too little")
        self.alternate(1)
        self.assertEqual((5.0, 1), (self.breaker.closed_for(), self.breaker.opened))

    def test_a_third_of_them_does_not(self) -> None:
        for _ in range(20):
            self.breaker.answered()
            self.alternate(1)
        self.assertFalse(self.breaker.is_open)

    def test_what_was_long_ago_does_not_count(self) -> None:
        self.alternate(2)
        self.now += LATEST + 1
        self.alternate(2)
        self.assertFalse(self.breaker.is_open)

    def test_once_it_is_back_the_past_is_forgotten(self) -> None:
        self.alternate(3)
        self.now += 5
        self.assertEqual(0.0, self.breaker.closed_for())
        self.breaker.answered()
        self.alternate(2)
        self.assertFalse(self.breaker.is_open)
