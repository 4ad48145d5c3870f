# SPDX-License-Identifier: Apache-2.0
"""What was heard of another service is believed for a time, and not without end."""

from __future__ import annotations

import unittest

from nova_cells.clients.network.remembered import Remembered


class RememberedTest(unittest.TestCase):
    def setUp(self) -> None:
        self.now = 100.0
        self.known: Remembered[str, int] = Remembered(5.0, most=2, clock=lambda: self.now)

    def test_it_is_forgotten_in_time(self) -> None:
        self.known.put("a", 1)
        self.now += 4.9
        self.assertEqual(1, self.known.get("a"))
        self.now += 0.2
        self.assertIsNone(self.known.get("a"))

    def test_the_oldest_goes_first(self) -> None:
        for name in ("a", "b", "a", "c"):
            self.known.put(name, 1)
        self.assertEqual([1, None, 1], [self.known.get(name) for name in ("a", "b", "c")])

    def test_it_can_be_forgotten(self) -> None:
        self.known.put("a", 1)
        self.known.forget("a")
        self.known.forget("a")
        self.assertIsNone(self.known.get("a"))
