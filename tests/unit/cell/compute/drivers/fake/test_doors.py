# SPDX-License-Identifier: Apache-2.0
"""A guest is left at a door or refused: only one succeeds, in memory and between processes."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from nova_cells.cell.compute.drivers.fake.doors import Door, FolderDoor, door_named

UUID = "11111111-1111-4111-8111-111111111111"
GUEST = {"uuid": UUID, "power": 1}
LEAVES = f"""
import sys
from nova_cells.cell.compute.drivers.fake.doors import door_named
sys.exit(0 if door_named(sys.argv[1]).leave("{UUID}", {GUEST}) else 7)
"""


class MemoryDoorTest(unittest.TestCase):
    def make(self):
        return Door()

    def setUp(self):
        self.door = self.make()

    def test_nobody_is_left_where_nobody_is_expected(self):
        self.assertFalse(self.door.leave(UUID, GUEST))
        self.assertIsNone(self.door.arrived(UUID))

    def test_who_is_expected_is_left_once(self):
        for _ in range(2):
            self.door.expect(UUID)
        self.assertIsNone(self.door.arrived(UUID))
        for _ in range(2):
            self.assertTrue(self.door.leave(UUID, GUEST))
        self.assertEqual(GUEST, self.door.arrived(UUID))
        self.door.expect(UUID)
        self.assertEqual(GUEST, self.door.arrived(UUID))

    def test_who_was_left_is_not_refused(self):
        self.door.expect(UUID)
        self.door.leave(UUID, GUEST)
        for _ in range(2):
            self.assertFalse(self.door.refuse(UUID))
        self.assertEqual(GUEST, self.door.arrived(UUID))

    def test_who_was_refused_is_not_left(self):
        self.door.expect(UUID)
        for _ in range(2):
            self.assertTrue(self.door.refuse(UUID))
        self.assertFalse(self.door.leave(UUID, GUEST))

    def test_who_is_gone_may_come_again(self):
        self.door.expect(UUID)
        self.door.leave(UUID, GUEST)
        self.door.forget(UUID)
        self.assertFalse(self.door.leave(UUID, GUEST))
        self.door.expect(UUID)
        self.assertTrue(self.door.leave(UUID, GUEST))

    def test_it_is_found_by_its_name(self):
        self.door.expect(UUID)
        door = door_named(self.door.name)
        assert door is not None
        self.assertTrue(door.leave(UUID, GUEST))
        self.assertEqual(GUEST, self.door.arrived(UUID))


class FolderDoorTest(MemoryDoorTest):
    def make(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return FolderDoor(Path(folder.name) / "door")

    def test_another_process_leaves_a_guest_here(self):
        command = [sys.executable, "-c", LEAVES, self.door.name]
        refused = subprocess.run(command, capture_output=True, check=False)
        self.assertEqual(7, refused.returncode, refused.stderr)
        self.door.expect(UUID)
        left = subprocess.run(command, capture_output=True, check=False)
        self.assertEqual(0, left.returncode, left.stderr)
        self.assertEqual(GUEST, self.door.arrived(UUID))


class NamesTest(unittest.TestCase):
    def test_a_door_in_another_memory_is_not_found(self):
        self.assertIsNone(door_named("memory:nowhere"))
