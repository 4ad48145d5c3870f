# SPDX-License-Identifier: Apache-2.0
"""What an operator types, from an empty database to a cell and back; exit codes and formats."""

from __future__ import annotations

import contextlib
import io
import json
import os
from unittest import mock

from sqlalchemy import insert

from nova_cells.cli import status
from nova_cells.global_api.db.tables.quota_usage import quota_usage
from nova_cells.runtime.db import Database
from tests.unit.cli.manage_case import BlankCase

URL = "rabbit://cell_east:not-for-show@127.0.0.1:1/cell_east"


class ManageTest(BlankCase):
    def create(self, name: str = "east") -> dict[str, object]:
        with mock.patch.dict(os.environ, {"NOVA_CELLS_TRANSPORT_URL": URL}):
            return json.loads(self.done("cell", "create", "--name", name, "--format", "json"))

    def test_schemas(self) -> None:
        for tree in ("api_db", "db"):
            before = json.loads(self.done(tree, "version", "--format", "json"))
            self.assertIsNone(before["Current"])
            self.assertIn("upgraded from nothing", self.done(tree, "sync"))
            self.assertIn("up to date", self.done(tree, "sync"))
            self.assertTrue(
                json.loads(self.done(tree, "version", "--format", "json"))["Up to date"]
            )

    def test_an_audit_of_quota_tells_and_corrects_nothing(self) -> None:
        self.done("api_db", "sync")
        self.assertEqual([], json.loads(self.done("quota", "audit", "--format", "json")))
        database = Database(f"sqlite:///{self.folder}/global.sqlite", name="global")
        self.addCleanup(database.close)
        row = {"project_id": "p", "user_id": "", "instances": 0, "cores": 3, "ram": 0, "disk": 0}
        database.write(lambda connection: connection.execute(insert(quota_usage), row))
        for _again in range(2):
            code, out, _error = self.manage("quota", "audit", "--settle", "0", "--format", "json")
            self.assertEqual(1, code)
            (told,) = json.loads(out)
            self.assertEqual(["p", "cores", 3, 0], list(told.values())[1:])

    def test_a_migration_of_limits_wants_a_keystone(self) -> None:
        code, _out, error = self.manage("limits", "migrate_to_unified_limits")
        self.assertEqual(1, code)
        self.assertIn("[keystone] auth_url", error)

    def test_life_of_a_cell(self) -> None:
        self.done("api_db", "sync")
        made = self.create()
        self.assertTrue(made["Enabled"])
        self.done("cell", "disable", "east")
        (listed,) = json.loads(self.done("cell", "list", "--format", "json"))
        self.assertFalse(listed["Enabled"])
        self.done("cell", "enable", str(made["UUID"]))
        self.done("cell", "update", "east", "--name", "orient")
        self.done("cell", "delete", "orient")
        self.assertEqual([], json.loads(self.done("cell", "list", "--format", "json")))

    def test_passwords_are_never_printed(self) -> None:
        self.done("api_db", "sync")
        shown = json.dumps(self.create()) + self.done("cell", "list")
        self.assertNotIn("not-for-show", shown)
        self.assertIn("cell_east:***@", shown)

    def test_refusals_name_what_is_wrong(self) -> None:
        self.done("api_db", "sync")
        self.create()
        for words, said in (
            (("cell", "show", "nowhere"), "no cell nowhere"),
            (("cell", "create", "--name", "west"), "--transport-url-file"),
            (("cell", "update", "east"), "nothing to change"),
            (("server", "locate", "unknown"), "unknown"),
            (("host", "delete", "--cell", "nowhere", "h"), "nowhere"),
        ):
            code, _out, error = self.manage(*words)
            self.assertEqual(1, code, words)
            self.assertIn(said, error)

    def test_wrong_usage_is_2(self) -> None:
        with self.assertRaises(SystemExit) as ended:
            self.manage("cell", "create")
        self.assertEqual(2, ended.exception.code)

    def test_a_transport_url_comes_by_file(self) -> None:
        self.done("api_db", "sync")
        secret = self.folder / "url"
        secret.write_text(URL + "\n")
        self.done("cell", "create", "--name", "east", "--transport-url-file", str(secret))
        secret.write_text("http://elsewhere")
        code, _out, error = self.manage(
            "cell", "update", "east", "--transport-url-file", str(secret)
        )
        self.assertEqual(1, code)
        self.assertIn("rabbit://", error)

    def check(self) -> int:
        with contextlib.redirect_stdout(io.StringIO()):
            return status.main(["--config-file", str(self.file), "upgrade", "check"])

    def test_upgrade_check(self) -> None:
        self.assertEqual(2, self.check())
        self.done("api_db", "sync")
        self.assertEqual(1, self.check())
        self.file.write_text("")
        self.assertEqual(2, self.check())
