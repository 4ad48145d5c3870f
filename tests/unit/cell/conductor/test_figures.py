# SPDX-License-Identifier: Apache-2.0
"""A conductor tells what is under way in its cell, what has ended by it, and what is owed."""

from __future__ import annotations

import unittest
from typing import Any
from unittest import mock

from nova_cells.cell.db import service_chores
from nova_cells.runtime.db import DatabaseUnavailable
from tests.unit.cell.conductor.world import World, new_database


class FiguresTest(unittest.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.database = new_database(self)
        self.world = World(self.database, {"h1": {}})

    def told(self) -> dict[tuple[Any, ...], float]:
        figures = self.world.conductor.figures.figures()
        return {(each.metric.name, *each.labels[1:]): each.value for each in figures}

    def test_what_is_under_way_and_what_has_ended(self) -> None:
        self.assertEqual({}, self.told())
        self.assertTrue(self.world.build().accepted)
        uuid = self.world.rows("instances")[0]["uuid"]
        self.assertEqual({("operations", "build"): 1.0}, self.told())
        self.world.settle()
        self.assertEqual({("operations_ended", "build", "done"): 1.0}, self.told())
        self.world.cell.act(uuid, 1, "stop", "key", {})
        self.world.cell.act(uuid, 1, "delete", "other", {})
        self.assertEqual(1.0, self.told()["operations_ended", "stop", "preempted"])
        self.world.settle()
        self.assertEqual(1.0, self.told()["operations_ended", "delete", "done"])

    def test_what_is_owed(self) -> None:
        self.database.write(lambda c: service_chores.sweep(c, "u", 1, 2))
        self.assertEqual({("chores", "service", "sweep"): 1.0}, self.told())

    def test_a_database_that_is_away_is_no_reason_to_say_nothing(self) -> None:
        self.world.booted()
        away = DatabaseUnavailable("away")
        with mock.patch.object(self.database, "read", side_effect=away):
            self.assertEqual({("operations_ended", "build", "done"): 1.0}, self.told())
