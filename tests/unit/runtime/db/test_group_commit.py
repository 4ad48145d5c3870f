# SPDX-License-Identifier: Apache-2.0
"""Many writers of one SQLite file share a commit; none of them notices the others."""

from __future__ import annotations

import sqlite3
import tempfile
import threading
import unittest

from sqlalchemy import Column, Integer, Table, func, insert, select

from nova_cells.runtime import context, crash
from nova_cells.runtime.db import Database, DatabaseUnavailable, engines, types

METADATA = types.metadata()
ROWS = Table("rows", METADATA, Column("number", Integer, primary_key=True))


class GroupCommitTest(unittest.TestCase):
    def setUp(self) -> None:
        super().setUp()
        folder = tempfile.TemporaryDirectory(prefix="nova-cells-test-")
        self.addCleanup(folder.cleanup)
        self.file = f"{folder.name}/test.db"
        self.database = Database(f"sqlite:///{self.file}", name="test")
        self.addCleanup(self.database.close)
        self.database.write(METADATA.create_all)

    def put(self, number: int) -> None:
        self.database.write(lambda c: c.execute(insert(ROWS), {"number": number}))

    def count(self) -> int:
        return self.database.read(
            lambda c: c.execute(select(func.count()).select_from(ROWS)).scalar_one()
        )

    def crowd(self, works: list) -> list:
        """Run works at once, all behind one slow leader; answers (result or exception) of each."""
        ended: list = [None] * len(works)
        leading, waiting = threading.Event(), threading.Event()

        def lead(connection) -> None:
            leading.set()
            waiting.wait(5)

        def run(position: int) -> None:
            try:
                ended[position] = self.database.write(works[position])
            except BaseException as error:  # noqa: BLE001 - it is what the test looks at
                ended[position] = error

        leader = threading.Thread(target=self.database.write, args=(lead,))
        leader.start()
        leading.wait(5)
        threads = [threading.Thread(target=run, args=(n,)) for n in range(len(works))]
        for thread in threads:
            thread.start()
        while len(self.database._writer._waiting) < len(works):
            pass
        waiting.set()
        for thread in (leader, *threads):
            thread.join()
        return ended

    def test_a_crowd_shares_one_commit(self):
        seen: list[str] = []
        with crash.armed(seen.append):
            self.crowd([lambda c, n=n: c.execute(insert(ROWS), {"number": n}) for n in range(20)])
        self.assertEqual(2, seen.count("commit:before:test"))
        self.assertEqual(20, self.count())

    def test_the_result_is_the_callers_own(self):
        self.assertEqual(list(range(10)), self.crowd([lambda c, n=n: n for n in range(10)]))

    def test_one_that_fails_is_undone_alone(self):
        def good(connection) -> None:
            connection.execute(insert(ROWS), {"number": 1})

        def bad(connection) -> None:
            connection.execute(insert(ROWS), {"number": 2})
            raise KeyError("mine")

        ended = self.crowd([bad, good, bad])
        self.assertEqual([KeyError, type(None), KeyError], [type(end) for end in ended])
        self.assertEqual(1, self.count())

    def test_each_work_runs_under_its_own_request(self):
        ended: list = []

        def ask(request: context.RequestContext) -> None:
            with context.use(request):
                ended.append((request, self.database.write(lambda c: context.current())))

        requests = [context.RequestContext() for _ in range(8)]
        threads = [threading.Thread(target=ask, args=(request,)) for request in requests]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(8, len(ended))
        self.assertTrue(all(asked is seen for asked, seen in ended))

    def test_a_crash_before_the_commit_writes_nothing(self):
        with crash.armed(self.crash_at("commit:before:test")), self.assertRaises(crash.Crash):
            self.put(1)
        self.assertEqual(0, self.count())

    def test_a_crash_after_the_commit_has_written(self):
        with crash.armed(self.crash_at("commit:after:test")), self.assertRaises(crash.Crash):
            self.put(1)
        self.assertEqual(1, self.count())

    def test_a_locked_file_is_unavailable_and_then_not(self):
        patience, engines.CONNECT_TIMEOUT = engines.CONNECT_TIMEOUT, 0.2
        self.addCleanup(setattr, engines, "CONNECT_TIMEOUT", patience)
        hasty = Database(f"sqlite:///{self.file}", name="hasty")
        self.addCleanup(hasty.close)
        stranger = sqlite3.connect(self.file, isolation_level=None)
        self.addCleanup(stranger.close)
        stranger.execute("BEGIN IMMEDIATE")
        put = insert(ROWS).values(number=1)
        self.assertRaises(DatabaseUnavailable, hasty.write, lambda c: c.execute(put))
        stranger.execute("ROLLBACK")
        hasty.write(lambda c: c.execute(put))
        self.assertEqual(1, self.count())

    def test_readers_go_on_while_somebody_writes(self):
        self.crowd([lambda c: self.assertIsNotNone(c)])
        held, leave = threading.Event(), threading.Event()

        def hold(connection) -> None:
            connection.execute(insert(ROWS), {"number": 5})
            held.set()
            leave.wait(5)

        writer = threading.Thread(target=self.database.write, args=(hold,))
        writer.start()
        held.wait(5)
        self.assertEqual(0, self.count())
        leave.set()
        writer.join()
        self.assertEqual(1, self.count())

    def test_readers_cannot_write(self):
        with self.assertRaises(Exception) as caught:
            self.database.read(lambda c: c.execute(insert(ROWS), {"number": 1}))
        self.assertIn("readonly", str(caught.exception))

    def test_it_is_on_disk_and_readable_by_others(self):
        self.put(1)
        with self.database._engines[0].connect() as connection:
            mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
            synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        self.assertEqual(("wal", 2), (mode, synchronous))

    def test_memory_is_refused(self):
        with self.assertRaises(ValueError):
            Database("sqlite://", name="x")

    @staticmethod
    def crash_at(point: str) -> crash.AtVisit:
        def end() -> None:
            raise crash.Crash(point)

        return crash.AtVisit(point, 1, end)
