# SPDX-License-Identifier: Apache-2.0
"""`nova-cells-manage` over a global database of its own, with scripted cells in this process."""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
import unittest
from pathlib import Path
from typing import Any

from nova_cells.cli.manage import app
from nova_cells.global_api import cell_registry
from nova_cells.runtime.db import Database
from tests.unit.global_api.scripted_cell import ScriptedCell


class BlankCase(unittest.TestCase):
    """`file` configures a deployment whose databases are empty."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.file = self.folder / "nova-cells.conf"
        self.file.write_text(
            f"[database]\nconnection = sqlite:///{self.folder}/global.sqlite\n"
            f"[cell]\nconnection = sqlite:///{self.folder}/cell.sqlite\n"
            "[deployment]\nid = ours\n[api]\nauth = noauth\n"
        )

    def manage(self, *words: str) -> tuple[int, str, str]:
        """Exit code, standard output, standard error of one verb."""
        out, error = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
            code = app.main(["--config-file", str(self.file), *words])
        return code, out.getvalue(), error.getvalue()

    def done(self, *words: str) -> str:
        code, out, error = self.manage(*words)
        self.assertEqual(0, code, f"{words}: {out}{error}")
        return out


class ManageCase(BlankCase):
    """`database` is the global one; its schema is there."""

    def setUp(self) -> None:
        super().setUp()
        self.done("api_db", "sync")
        self.database = Database(f"sqlite:///{self.folder}/global.sqlite", name="global")
        self.addCleanup(self.database.close)

    def told(self, *words: str, code: int = 0) -> Any:
        """What a verb says as JSON."""
        found, out, error = self.manage(*words, "--format", "json")
        self.assertEqual(code, found, f"{words}: {out}{error}")
        return json.loads(out)

    def refused(self, *words: str) -> str:
        """The reason a verb gives."""
        code, out, error = self.manage(*words)
        self.assertEqual(1, code, f"{words}: {out}")
        return error

    def cell(self, name: str) -> ScriptedCell:
        """One that answers."""
        made = ScriptedCell(name)
        made.start()
        self.addCleanup(made.close)
        cell_registry.create(self.database, made.uuid, name, made.url)
        return made
