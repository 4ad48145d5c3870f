# SPDX-License-Identifier: Apache-2.0
"""A function called again and again."""

import threading
import unittest

from nova_cells.runtime.periodic import Periodic


class Rounds:
    """Counts rounds and lets a test wait for them."""

    def __init__(self, fail: bool = False) -> None:
        self.count = 0
        self._fail = fail
        self._changed = threading.Condition()

    def __call__(self) -> None:
        with self._changed:
            self.count += 1
            self._changed.notify_all()
        if self._fail:
            raise ValueError("this round")

    def reach(self, count: int) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self.count >= count, 5)


class PeriodicTest(unittest.TestCase):
    def start(self, rounds: Rounds, interval: float) -> Periodic:
        periodic = Periodic("test", interval, rounds)
        periodic.start()
        self.addCleanup(periodic.stop)
        return periodic

    def test_rounds_come_by_themselves(self):
        rounds = Rounds()
        self.start(rounds, 0.01)
        self.assertTrue(rounds.reach(3))

    def test_the_first_round_comes_at_once_and_a_kick_brings_the_next(self):
        rounds = Rounds()
        periodic = self.start(rounds, 3600)
        self.assertTrue(rounds.reach(1))
        periodic.kick()
        self.assertTrue(rounds.reach(2))

    def test_a_round_that_fails_is_logged_and_not_the_last(self):
        rounds = Rounds(fail=True)
        with self.assertLogs("nova_cells.runtime.periodic", "ERROR"):
            self.start(rounds, 0.01)
            self.assertTrue(rounds.reach(3))

    def test_stop_ends_it(self):
        rounds = Rounds()
        periodic = self.start(rounds, 3600)
        rounds.reach(1)
        periodic.stop()
        periodic.kick()
        self.assertFalse(any(thread.name == "test" for thread in threading.enumerate()))
