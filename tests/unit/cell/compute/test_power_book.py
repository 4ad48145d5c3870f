# SPDX-License-Identifier: Apache-2.0
"""Only what a cell does not know yet is told, and never what a step is about to say better."""

from __future__ import annotations

import unittest

from nova_cells.cell.compute.power_book import PowerBook

OFF, ON = 4, 1


class PowerBookTest(unittest.TestCase):
    def setUp(self):
        self.book = PowerBook()

    def test_all_is_news_at_first_and_nothing_once_told(self):
        states = {"a": ON, "b": OFF}
        self.assertEqual(states, self.book.changes("h", states, self.book.moment()))
        self.book.told("h", states)
        self.assertEqual({}, self.book.changes("h", states, self.book.moment()))
        self.assertEqual({"a": OFF}, self.book.changes("h", {"a": OFF, "b": OFF}, 0))

    def test_what_was_not_taken_is_told_again(self):
        for _ in range(2):
            self.assertEqual({"a": ON}, self.book.changes("h", {"a": ON}, 0))

    def test_a_step_s_own_result_is_no_news(self):
        self.book.note("h", "a", OFF)
        self.assertEqual({}, self.book.changes("h", {"a": OFF}, self.book.moment()))

    def test_what_was_seen_before_a_step_ended_is_not_told_after_it(self):
        since = self.book.moment()
        seen = {"a": ON}
        self.book.note("h", "a", OFF)
        self.assertEqual({}, self.book.changes("h", seen, since))
        self.assertEqual({"a": ON}, self.book.changes("h", seen, self.book.moment()))

    def test_hosts_are_apart_and_what_left_is_forgotten(self):
        self.book.told("h", {"a": ON})
        self.assertEqual({"a": ON}, self.book.changes("i", {"a": ON}, 0))
        self.book.changes("h", {}, self.book.moment())
        self.assertEqual({"a": ON}, self.book.changes("h", {"a": ON}, self.book.moment()))

    def test_of_what_has_work_in_hand_nothing_is_told_and_nothing_forgotten(self):
        self.book.note("h", "a", ON)
        for seen in ({"a": ON}, {"a": OFF}, {}):
            self.assertEqual({}, self.book.changes("h", seen, self.book.moment(), {"a"}))
        self.assertEqual({}, self.book.changes("h", {"a": ON}, self.book.moment()))
