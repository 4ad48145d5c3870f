# SPDX-License-Identifier: Apache-2.0
"""Cells made with administrators' URLs on real servers: whole, or nothing is left of them."""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
import unittest
from pathlib import Path
from typing import Any, ClassVar

from nova_cells.cell.db import singletons
from nova_cells.cli import config
from nova_cells.cli.manage import app
from nova_cells.runtime.db import Database, schema
from tests.stores import harness
from tests.stores.base import require

CLOSED = "http://boss:topsecret@127.0.0.1:9"


class CellCreateCase(unittest.TestCase):
    """`kind`: the server on which the cell's database is made."""

    kind: ClassVar[str]
    management: ClassVar[str]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        for kind in {cls.kind, "rabbitmq"} - {"sqlite"}:
            require(kind)
        cls.broker = harness.server("rabbitmq")
        cls.management = cls.broker.management(harness.new_name(), "topsecret")

    def setUp(self) -> None:
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.name = harness.new_name()
        self.file("global.conf", f"[database]\nconnection = sqlite:///{self.folder}/global.db\n")
        schema.upgrade(f"sqlite:///{self.folder}/global.db", "global_api")
        self.cell_conf = self.folder / "cell.conf"

    def file(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(text)
        return str(path)

    @property
    def admin(self) -> str:
        if self.kind == "sqlite":
            return f"sqlite:///{self.folder}/cell.db"
        return str(harness.server(self.kind).admin_url)

    def create(self, **changes: Any) -> tuple[int, Any, str]:
        """Exit code, what is shown, what is said on standard error."""
        words = {
            "name": self.name,
            "admin-database-url-file": self.file("database", self.admin),
            "admin-broker-url-file": self.file("broker", self.management),
            "broker": f"127.0.0.1:{self.broker.port}",
            "config-out": str(self.cell_conf),
            "format": "json",
            **changes,
        }
        given = [word for key, value in words.items() if value for word in (f"--{key}", value)]
        out, error = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
            call = ["--config-file", str(self.folder / "global.conf"), "cell", "create", *given]
            code = app.main(call)
        self.assertNotIn("topsecret", out.getvalue() + error.getvalue())
        return code, json.loads(out.getvalue()) if code == 0 else None, error.getvalue()

    def made(self) -> Any:
        return config.load([], [str(self.cell_conf)]).cell

    def test_a_cell_is_made_whole(self) -> None:
        code, shown, error = self.create()
        self.assertEqual(0, code, error)
        cell = self.made()
        self.assertEqual(0o600, self.cell_conf.stat().st_mode & 0o777)
        self.assertEqual((self.name, shown["UUID"]), (cell.name, cell.uuid))
        database = Database(cell.connection, name="cell")
        self.addCleanup(database.close)
        self.assertEqual(("nova-cells", cell.uuid), database.read(singletons.identity))
        self.assertIn(":***@", shown["Transport"])
        self.again(cell)
        self.adopted_by_another(cell)

    def again(self, cell: Any) -> None:
        """The same names are refused, and what is there stays."""
        code, _shown, error = self.create(**{"config-out": str(self.folder / "other.conf")})
        self.assertEqual(1, code)
        self.assertIn("already", error)
        database = Database(cell.connection, name="cell")
        self.addCleanup(database.close)
        self.assertEqual(cell.uuid, database.read(singletons.identity)[1])

    def adopted_by_another(self, cell: Any) -> None:
        """A second cell on its database is refused."""
        code, _shown, error = self.create(
            **{
                "name": f"{self.name}x",
                "admin-database-url-file": None,
                "database-url-file": self.file("prepared", cell.connection),
                "config-out": str(self.folder / "other.conf"),
            }
        )
        self.assertEqual(1, code)
        self.assertIn("two cells never share one", error)
        self.assertFalse((self.folder / "other.conf").exists())

    def test_what_fails_leaves_nothing(self) -> None:
        code, _shown, error = self.create(**{"admin-broker-url-file": self.file("shut", CLOSED)})
        self.assertEqual(1, code)
        self.assertIn("127.0.0.1:9", error)
        self.assertFalse(self.cell_conf.exists())
        wrong = self.management.replace("topsecret", "topsecret-not")
        code, _shown, error = self.create(**{"admin-broker-url-file": self.file("wrong", wrong)})
        self.assertIn("refuses this account", error)
        code, _shown, error = self.create(broker="127.0.0.1:9")
        self.assertEqual(1, code)
        self.assertIn("127.0.0.1:9", error)
        code, _shown, error = self.create()
        self.assertEqual(0, code, error)


class CellCreateOnSqlite(CellCreateCase):
    kind = "sqlite"


class CellCreateOnMariadb(CellCreateCase):
    kind = "mariadb"

    def test_a_wrong_password_is_said(self) -> None:
        wrong = self.admin.replace("root@", "nobody:topsecret@")
        code, _shown, error = self.create(**{"admin-database-url-file": self.file("wrong", wrong)})
        self.assertEqual(1, code)
        self.assertIn("Access denied", error)


class CellCreateOnPostgresql(CellCreateCase):
    kind = "postgresql"


del CellCreateCase
