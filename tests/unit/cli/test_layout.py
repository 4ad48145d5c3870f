# SPDX-License-Identifier: Apache-2.0
"""A standalone cloud's folder keeps identities and lets one process in."""

import stat
import tempfile
import unittest
from pathlib import Path

from nova_cells.cli.standalone.layout import Layout, StateInUse


class LayoutTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name) / "state"

    def test_identities_last(self) -> None:
        first = Layout(self.root)
        cells, deployment = first.cells(2), first.deployment()
        again = Layout(self.root)
        self.assertEqual(cells, again.cells(2))
        self.assertEqual(deployment, again.deployment())
        self.assertEqual(["east", "west"], [cell.name for cell in cells])

    def test_fewer_cells_lose_none_and_more_are_added(self) -> None:
        layout = Layout(self.root)
        three = layout.cells(3)
        self.assertEqual(three, layout.cells(1))
        self.assertEqual(three, layout.cells(6)[:3])
        self.assertEqual("cell5", layout.cells(6)[4].name)

    def test_second_process_is_refused(self) -> None:
        holder = Layout(self.root)
        holder.lock()
        with self.assertRaisesRegex(StateInUse, str(self.root)):
            Layout(self.root).lock()

    def test_files_with_tokens_are_the_owners(self) -> None:
        path = Layout(self.root).write("standalone.json", {"tokens": {}})
        self.assertEqual(0o600, stat.S_IMODE(path.stat().st_mode))
