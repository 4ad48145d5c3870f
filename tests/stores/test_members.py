# SPDX-License-Identifier: Apache-2.0
"""Agents that share hosts, in each database: who is there, who has gone, who has been silent."""

from __future__ import annotations

from nova_cells.cell.db import members
from tests.stores.base import on_every_database
from tests.stores.test_cell_stores import CellStoreCase


@on_every_database
class MembersTest(CellStoreCase):
    def test_members_come_and_go_group_by_group(self):
        for group, address in (("g", "b"), ("g", "a"), ("other", "c"), ("g", "a")):
            self.write(members.join, group, address, 1000)
        self.assertEqual(["a", "b"], self.read(members.of_group, "g"))
        self.write(members.leave, "g", "a")
        self.write(members.leave, "g", "a")
        self.assertEqual(["b"], self.read(members.of_group, "g"))
        self.assertEqual(["c"], self.read(members.of_group, "other"))

    def test_the_silent_are_forgotten(self):
        self.write(members.join, "g", "a", 1000)
        self.write(members.join, "g", "b", 2000)
        self.write(members.join, "g", "b", 3000)
        self.write(members.join, "other", "c", 1000)
        silent = [self.read(members.was_silent, "g", who, 2000) for who in ("a", "b", "nobody")]
        self.assertEqual([True, False, False], silent)
        self.write(members.drop_silent, "g", 2000)
        self.assertEqual(["b"], self.read(members.of_group, "g"))
        self.assertEqual(["c"], self.read(members.of_group, "other"))
