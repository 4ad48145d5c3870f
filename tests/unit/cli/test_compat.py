# SPDX-License-Identifier: Apache-2.0
"""Command lines of public deployment tools run as they are, with the codes they expect."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from nova_cells.cli import compat

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parent.parent.parent / "tools" / "compat"
SECRET = "not-for-show"


def jobs() -> list[tuple[int, list[str]]]:
    """Expected exit code and words of each line."""
    found = []
    for line in (HERE / "compat_jobs.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            code, _, rest = line.rpartition("nova-manage ")
            found.append((int(code or 0), shlex.split(rest)))
    return found


class CompatTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.file = self.folder / "nova.conf"
        self.say(f"[cell]\nconnection = sqlite:///{self.folder}/cell.sqlite\n")

    def say(self, cell: str) -> None:
        url = f"rabbit://nova:{SECRET}@127.0.0.1:1/cell0001"
        cell = cell and f"{cell}transport_url = {url}\n"
        self.file.write_text(
            f"[database]\nconnection = sqlite:///{self.folder}/global.sqlite\n{cell}"
        )

    def run_it(self, words: list[str]) -> tuple[int, str]:
        out, error = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
            if words != ["--version"]:
                words = ["--config-file", str(self.file), *words]
            code = compat.main(words)
        self.assertNotIn(SECRET, out.getvalue() + error.getvalue())
        return code, out.getvalue() + error.getvalue()

    def cells(self) -> list[list[str]]:
        """As tools read the table: five filled columns without blanks."""
        _code, out = self.run_it(["cell_v2", "list_cells", "--verbose"])
        rows = [re.fullmatch(r"\|" + r" +(\S+) +\|" * 5, line) for line in out.splitlines()]
        return [list(row.groups()) for row in rows if row]

    def test_all_lines_run(self) -> None:
        for code, words in jobs():
            if "CELL" in words:
                words[words.index("CELL")] = self.cells()[0][1]
            found, out = self.run_it(words)
            self.assertEqual(code, found, f"{words}: {out}")
            if code == 2:
                self.assertIn("already exists", out)
        ((name, _uuid, url, _database, disabled),) = self.cells()
        self.assertEqual(("cell0001", "False"), (name, disabled))
        self.assertIn("nova:***@", url)

    def test_a_version_such_tools_can_compare(self) -> None:
        _code, out = self.run_it(["--version"])
        self.assertGreater(int(re.findall(r"(\d+)\.\d+\.\d+", out)[0]), 14)

    def test_a_node_without_a_cell_has_nothing_to_sync(self) -> None:
        self.say("")
        code, out = self.run_it(["db", "sync"])
        self.assertEqual(0, code)
        self.assertIn("Nothing to do", out)

    def test_placement_says_what_does_its_work(self) -> None:
        _code, out = self.run_it(["placement", "heal_allocations", "--dry-run"])
        self.assertIn("in the transaction that places it", out)

    def test_the_programs_have_these_names(self) -> None:
        environment = {**os.environ, "PYTHONPATH": str(FOLDER.parent.parent)}
        shown = subprocess.run(
            [sys.executable, str(FOLDER / "nova-manage"), "--version"],
            capture_output=True,
            text=True,
            env=environment,
            check=True,
        )
        self.assertIn(compat.LIKE, shown.stdout)
        checked = subprocess.run(
            [sys.executable, str(FOLDER / "nova-status"), "upgrade", "check"],
            capture_output=True,
            text=True,
            env=environment,
            cwd=self.folder,
            check=False,
        )
        self.assertIn(checked.returncode, (0, 1, 2), checked.stderr)
        for program in ("nova-manage", "nova-status"):
            self.assertTrue(os.access(FOLDER / program, os.X_OK))
