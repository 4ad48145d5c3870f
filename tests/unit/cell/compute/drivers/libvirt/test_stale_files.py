# SPDX-License-Identifier: Apache-2.0
"""What dead work left goes after a while; what belongs to a machine, or is written to, stays."""

from __future__ import annotations

import os
import tempfile
import time
import unittest
import uuid
from pathlib import Path

from nova_cells.cell.compute.drivers.libvirt.folder import Folders
from nova_cells.cell.compute.drivers.libvirt.marks import Mark
from nova_cells.cell.compute.drivers.libvirt.stale_files import sweep


class StaleFilesTest(unittest.TestCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def aged(self, path, content="x"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        for each in (path, path.parent):
            os.utime(each, (time.time() - 1000,) * 2)
        return path

    def sweep(self):
        with self.assertLogs("nova_cells", "WARNING"):
            return {path.name for path in sweep(self.root, older_than=500)}

    def machine(self):
        folder = Folders(self.root).of(str(uuid.uuid4()))
        folder.open(Mark("d", 1))
        return folder.path

    def test_old_halves_go_and_young_ones_and_the_rest_stay(self):
        place = self.machine()
        self.aged(place / "root.qcow2")
        self.aged(place / "swap.raw.part")
        (place / "root.qcow2.part").touch()
        self.assertEqual({"swap.raw.part"}, self.sweep())
        self.assertEqual(
            {"machine.json", "root.qcow2", "root.qcow2.part"}, {p.name for p in place.iterdir()}
        )

    def test_a_folder_without_a_note_goes_when_nothing_in_it_is_young(self):
        old, used = str(uuid.uuid4()), str(uuid.uuid4())
        self.aged(self.root / old / "machine.json.part")
        self.aged(self.root / used / "root.qcow2")
        (self.root / used / "fresh").touch()
        os.utime(self.root / used, (time.time() - 1000,) * 2)
        self.aged(self.root / "not-a-machine" / "file")
        self.assertEqual({old}, self.sweep())
        self.assertTrue((self.root / used / "root.qcow2").exists())
        self.assertTrue((self.root / "not-a-machine" / "file").exists())

    def test_nothing_there_is_nothing_to_do(self):
        self.assertEqual([], sweep(self.root / "absent"))
