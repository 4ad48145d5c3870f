# SPDX-License-Identifier: Apache-2.0
"""Responses step back through declared changes."""

from __future__ import annotations

import testtools

from nova_cells.global_api.versioning import history
from nova_cells.global_api.versioning.history import added, plan_for, removed, reshaped


class HistoryTest(testtools.TestCase):
    """The document is {"a", "c", "e"} at head; "b" became "c" at 5 and "d" went at 7."""

    def setUp(self) -> None:
        super().setUp()
        before = list(history.HISTORY)
        self.addCleanup(plan_for.cache_clear)
        self.addCleanup(history.HISTORY.__setitem__, slice(None), before)
        history.HISTORY.clear()
        plan_for.cache_clear()
        added(3, "a", to="thing")
        reshaped(5, on=("thing", "other"), needs=["c"])(self._rename)
        removed(7, "d", of="thing")
        added(9, "e", to="thing")

    @staticmethod
    def _rename(document, facts):
        document["b"] = document.pop("c")

    def seen(self, minor, shape="thing"):
        document = {"a": 1, "c": 3, "e": 5}
        return plan_for(shape, minor).step_back(document, {"d": 4})

    def test_every_version(self):
        for minor, expected in (
            (1, {"b": 3, "d": 4}),
            (2, {"b": 3, "d": 4}),
            (3, {"a": 1, "b": 3, "d": 4}),
            (5, {"a": 1, "c": 3, "d": 4}),
            (7, {"a": 1, "c": 3}),
            (9, {"a": 1, "c": 3, "e": 5}),
            (104, {"a": 1, "c": 3, "e": 5}),
        ):
            self.assertEqual(expected, self.seen(minor), minor)

    def test_other_shapes_are_left_alone(self):
        self.assertEqual({"a": 1, "b": 3, "e": 5}, self.seen(1, "other"))
        self.assertEqual({"a": 1, "c": 3, "e": 5}, self.seen(1, "unknown"))

    def test_what_is_worth_working_out(self):
        old, new = plan_for("thing", 1), plan_for("thing", 104)
        self.assertFalse(old.shows("e"))
        self.assertFalse(old.shows("a"))
        self.assertTrue(old.shows("c"))
        self.assertEqual({"c", "d"}, old.needs)
        self.assertTrue(new.shows("e"))
        self.assertEqual((), new.steps)

    def test_a_fact_an_undo_needs_is_worked_out_though_hidden(self):
        added(2, "c", to="thing")
        plan_for.cache_clear()
        self.assertTrue(plan_for("thing", 1).shows("c"))

    def test_runs_of_additions_are_one_step(self):
        for since in range(20, 40):
            added(since, f"x{since}", to="wide")
        self.assertEqual(1, len(plan_for("wide", 1).steps))

    def test_a_plan_is_made_once(self):
        self.assertIs(plan_for("thing", 4), plan_for("thing", 4))
