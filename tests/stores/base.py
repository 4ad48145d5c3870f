# SPDX-License-Identifier: Apache-2.0
"""One suite, three databases.

    @on_every_database
    class JournalStoreTest(StoreCase):
        tree = "cell"

        def test_something(self):
            self.database.write(...)

becomes JournalStoreTestOnSqlite, …OnMariadb and …OnPostgresql. Each class has a database of its
own, empty before every test. A server that is not installed skips its class; under CI=true that is
a failure.
"""

from __future__ import annotations

import os
import sys
import tempfile
import unittest
from typing import ClassVar

from nova_cells.runtime.db import Database, schema
from tests.stores import harness

DATABASES = ("sqlite", "mariadb", "postgresql")


def require(kind: str) -> None:
    """Skip the test or class where this server cannot run; under CI that is a failure."""
    why = harness.missing(kind)
    if why and os.environ.get("CI") == "true":
        raise AssertionError(f"{why}, and CI needs it")
    if why:
        raise unittest.SkipTest(why)


class StoreCase(unittest.TestCase):
    """A test with a database that has the schema of `tree` (or none, for tree = None)."""

    kind: ClassVar[str] = "sqlite"
    tree: ClassVar[str | None] = "cell"
    url: ClassVar[str]
    database: ClassVar[Database]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        if cls.kind == "sqlite":
            folder = tempfile.TemporaryDirectory(prefix="nova-cells-store-")
            cls.addClassCleanup(folder.cleanup)
            cls.url = f"sqlite:///{folder.name}/store.db"
        else:
            require(cls.kind)
            cls.url = harness.new_database(cls.kind)
        if cls.tree is not None:
            schema.upgrade(cls.url, cls.tree)
        cls.database = Database(cls.url, name=cls.tree or "test")
        cls.addClassCleanup(cls.database.close)

    def setUp(self) -> None:
        super().setUp()
        if self.tree is not None:
            tables = schema.metadata_of(self.tree).sorted_tables
            self.database.write(lambda c: [c.execute(table.delete()) for table in reversed(tables)])


def on_every_database(case: type[StoreCase]) -> tuple[type[StoreCase], ...]:
    """Put one class for each database into the case's module, in place of the case."""
    module = sys.modules[case.__module__]
    made = []
    for kind in DATABASES:
        name = f"{case.__name__}On{kind.title()}"
        concrete = type(name, (case,), {"kind": kind, "__module__": case.__module__})
        setattr(module, name, concrete)
        made.append(concrete)
    return tuple(made)
