# SPDX-License-Identifier: Apache-2.0
"""A machine's folder: whose it is, and that it goes away as a whole."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

from nova_cells.cell.compute.drivers.libvirt.folder import NOTE, Folders
from nova_cells.cell.compute.drivers.libvirt.marks import Mark

UUID = "5d0c3a52-90f4-4e0b-8f0e-4b1f2b4a7f11"


class FolderTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.folders = Folders(self.root / "instances")
        self.folder = self.folders.of(UUID)

    def test_before_and_after(self):
        self.assertEqual({}, self.folders.all("mine"))
        self.assertIsNone(self.folder.mark())
        self.folder.open(Mark("mine", 2))
        self.assertEqual(Mark("mine", 2), self.folders.of(UUID.upper()).mark())
        self.assertEqual({UUID}, set(self.folders.all("mine")))
        self.assertEqual({}, self.folders.all("yours"))

    def test_opening_again_keeps_what_is_known(self):
        self.folder.open(Mark("mine", 1))
        self.folder.based_on("base")
        self.folder.open(Mark("mine", 1))
        self.assertEqual({"base"}, self.folder.bases())
        self.folder.rescued_with("other")
        self.assertEqual({"base", "other"}, self.folder.bases())
        self.folder.rescued_with(None)
        self.assertEqual({"base"}, self.folder.bases())
        self.folder.open(Mark("mine", 2))
        self.assertEqual(2, self.folder.mark().epoch)

    def test_remove_takes_all_and_is_silent_the_second_time(self):
        self.folder.open(Mark("mine", 1))
        (self.folder.path / "sub").mkdir()
        (self.folder.path / "sub/file").touch()
        (self.folder.path / "link").symlink_to(self.root)
        self.folder.root.touch()
        self.folder.remove()
        self.folder.remove()
        self.assertFalse(self.folder.path.exists())
        self.assertTrue(self.root.exists())

    def test_a_half_removed_one_is_still_ours(self):
        self.folder.open(Mark("mine", 1))
        (self.folder.path / "disk").touch()
        for entry in self.folder.path.iterdir():
            if entry.name != NOTE:
                entry.unlink()
        self.assertEqual({UUID}, set(self.folders.all("mine")))

    def test_names_that_are_no_uuids_stay_inside(self):
        for name in ("../../etc", "", "no-such-uuid"):
            self.assertEqual(self.root / "instances", self.folders.of(name).path.parent)


class SharedFolderTest(unittest.TestCase):
    """Two hosts have the folders of their machines on the same storage."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.one = Folders(Path(folder.name), host="one").of(UUID)
        self.other = Folders(Path(folder.name), host="other/../x").of(UUID)
        self.hosts = [Folders(Path(folder.name), host=host) for host in ("one", "other/../x")]

    def have(self, one: Mark, other: Mark) -> None:
        self.one.open(one)
        self.other.open(other)
        self.one.root.touch()

    def known(self):
        return [set(folders.all("mine")) for folders in self.hosts]

    def test_a_host_sees_what_it_has_a_note_of(self):
        self.one.open(Mark("mine", 1))
        self.assertEqual([{UUID}, set()], self.known())
        self.assertIsNone(self.other.mark())

    def test_disks_stay_as_long_as_the_other_needs_them(self):
        self.have(Mark("mine", 1), Mark("mine", 1))
        self.one.based_on("base")
        self.other.based_on("another")
        self.assertEqual({"base", "another"}, self.one.bases())
        self.one.remove()
        self.assertEqual([set(), {UUID}], self.known())
        self.assertTrue(self.one.root.exists())
        self.other.remove()
        self.assertFalse(self.one.path.exists())

    def test_a_host_with_an_earlier_life_holds_nothing_back(self):
        self.have(Mark("mine", 1, 0), Mark("mine", 1, 1))
        self.assertTrue(self.one.needed_elsewhere())
        self.assertFalse(self.other.needed_elsewhere())
        self.other.remove()
        self.assertFalse(self.one.path.exists())
        self.one.remove()
