# SPDX-License-Identifier: Apache-2.0
"""Long work is shown as a bar where somebody looks on, and as plain lines elsewhere."""

from __future__ import annotations

import contextlib
import io
import unittest

from nova_cells.cli.manage import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class ProgressTest(unittest.TestCase):
    def shown(self, stream: io.StringIO) -> str:
        with contextlib.redirect_stderr(stream):
            progress.follow("servers moved", [(0, 2), (0, 2), (1, 2), (2, 2)])
        return stream.getvalue()

    def test_a_line_for_each_change(self) -> None:
        said = [f"{done} of 2 servers moved\n" for done in (0, 1, 2)]
        self.assertEqual("".join(said), self.shown(io.StringIO()))

    def test_a_bar_on_a_terminal(self) -> None:
        found = self.shown(Terminal())
        self.assertIn("servers moved", found)
        self.assertIn("2/2", found)
        self.assertNotIn("of 2", found)
