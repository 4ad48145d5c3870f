# SPDX-License-Identifier: Apache-2.0
"""The database primitive keeps the same promises on all three databases."""

from __future__ import annotations

import threading
import time

from sqlalchemy import Column, Integer, Table, bindparam, func, insert, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError

from nova_cells.runtime.db import (
    Database,
    DatabaseUnavailable,
    OutcomeUnknown,
    for_update,
    insert_ignore,
    types,
    upsert,
)
from nova_cells.runtime.transaction_scope import InsideTransaction
from tests.stores.base import StoreCase, on_every_database
from tests.stores.proxy import Proxy

METADATA = types.metadata()
ROWS = Table(
    "rows",
    METADATA,
    Column("name", types.Name, primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("document", types.Json),
    Column("at", types.Instant),
)
COUNT = select(func.count()).select_from(ROWS)


def row(name: str, epoch: int = 1, revision: int = 1, document: object = None) -> dict[str, object]:
    return {"name": name, "epoch": epoch, "revision": revision, "document": document, "at": 1}


def newer(old, new):
    return (new.epoch > old.epoch) | ((new.epoch == old.epoch) & (new.revision > old.revision))


class Rows(StoreCase):
    """A table to work on, empty before each test."""

    tree = None

    def setUp(self) -> None:
        super().setUp()
        self.database.write(METADATA.drop_all)
        self.database.write(METADATA.create_all)

    def put(self, **values) -> None:
        self.database.write(lambda c: c.execute(insert(ROWS), row(**values)))

    def all(self) -> list:
        return self.database.read(lambda c: c.execute(select(ROWS).order_by(ROWS.c.name)).all())


@on_every_database
class DatabaseTest(Rows):
    def test_what_is_written_is_read(self):
        document = {"ä": [1, 2.5, None, True], "snow": "☃𝄞"}
        self.put(name="a", document=document)
        self.assertEqual(document, self.all()[0].document)

    def test_json_none_is_null(self):
        self.put(name="a", document=None)
        found = self.database.read(
            lambda c: c.execute(COUNT.where(ROWS.c.document.is_(None))).scalar()
        )
        self.assertEqual(1, found)

    def test_a_work_that_raises_writes_nothing(self):
        def work(connection):
            connection.execute(insert(ROWS), row("a"))
            raise KeyError("stop")

        self.assertRaises(KeyError, self.database.write, work)
        self.assertEqual([], self.all())

    def test_one_bad_work_among_many_spoils_no_other(self):
        failures = []

        def one(number: int) -> None:
            try:
                self.put(name=f"n{number % 10}")
            except IntegrityError as error:
                failures.append(error)

        threads = [threading.Thread(target=one, args=(number,)) for number in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((10, 30), (len(self.all()), len(failures)))

    def test_concurrent_conditional_updates_never_pass_the_limit(self):
        self.put(name="host", revision=0)
        claim = (
            update(ROWS)
            .where(ROWS.c.name == "host", ROWS.c.revision + 1 <= 20)
            .values(revision=ROWS.c.revision + 1)
        )
        won = []

        def one() -> None:
            for _ in range(5):
                won.append(self.database.write(lambda c: c.execute(claim).rowcount))

        threads = [threading.Thread(target=one) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(20, sum(won))
        self.assertEqual(20, self.all()[0].revision)

    def test_an_update_that_changes_nothing_counts_its_row(self):
        self.put(name="a", revision=7)
        same = update(ROWS).where(ROWS.c.name == "a").values(revision=7)
        self.assertEqual(1, self.database.write(lambda c: c.execute(same).rowcount))

    def test_deadlocks_are_tried_again(self):
        for name in "ab":
            self.put(name=name, revision=0)
        raise_one = (
            update(ROWS)
            .where(ROWS.c.name == bindparam("which"))
            .values(revision=ROWS.c.revision + 1)
        )
        barrier = threading.Barrier(2, timeout=10)

        def both(first: str, second: str) -> None:
            met = []

            def work(connection) -> None:
                connection.execute(raise_one, {"which": first})
                if not met and self.kind != "sqlite":
                    met.append(barrier.wait())
                connection.execute(raise_one, {"which": second})

            self.database.write(work)

        threads = [threading.Thread(target=both, args=pair) for pair in (("a", "b"), ("b", "a"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([2, 2], [found.revision for found in self.all()])

    def test_names_differ_by_case_and_sort_by_bytes(self):
        for name in ("b", "B", "a", "ä"):
            self.put(name=name)
        self.assertEqual(["B", "a", "b", "ä"], [found.name for found in self.all()])

    def test_a_regular_expression_filters(self):
        for name in ("web1", "web2", "db1"):
            self.put(name=name)
        web = select(ROWS.c.name).where(ROWS.c.name.regexp_match("^web[0-9]$"))
        names = self.database.read(lambda c: c.execute(web).scalars().all())
        self.assertEqual(["web1", "web2"], sorted(names))

    def test_read_cannot_see_half_a_transaction(self):
        entered, leave = threading.Event(), threading.Event()

        def slow(connection) -> None:
            connection.execute(insert(ROWS), row("a"))
            entered.set()
            leave.wait(5)

        writer = threading.Thread(target=self.database.write, args=(slow,))
        writer.start()
        entered.wait(5)
        seen = self.all()
        leave.set()
        writer.join()
        self.assertEqual(([], 1), (seen, len(self.all())))

    def test_a_transaction_in_a_transaction_is_refused(self):
        with self.assertRaises(InsideTransaction):
            self.database.write(lambda c: self.database.read(lambda d: None))

    def test_commits_counts_works(self):
        before = self.database.commits
        self.put(name="a")
        self.all()
        self.assertEqual(before + 1, self.database.commits)

    def test_row_locks_are_spelled_for_each(self):
        self.put(name="a", revision=3)
        locked = for_update(select(ROWS.c.revision).where(ROWS.c.name == "a"))
        self.assertEqual(3, self.database.write(lambda c: c.execute(locked).scalar_one()))


@on_every_database
class UpsertTest(Rows):
    def put_newer(self, *rows) -> None:
        self.database.write(lambda c: upsert(c, ROWS, list(rows), ["name"], newer))

    def versions(self) -> list[tuple]:
        return [(found.name, found.epoch, found.revision, found.document) for found in self.all()]

    def test_inserts_what_is_not_there(self):
        self.put_newer(row("a", 1, 1, "x"), row("b", 1, 1, "y"))
        self.assertEqual([("a", 1, 1, "x"), ("b", 1, 1, "y")], self.versions())

    def test_takes_the_newer_in_every_column(self):
        self.put_newer(row("a", 1, 5, "old"))
        self.put_newer(row("a", 2, 1, "new"))
        self.assertEqual([("a", 2, 1, "new")], self.versions())

    def test_keeps_the_old_in_every_column(self):
        self.put_newer(row("a", 2, 5, "new"))
        self.put_newer(row("a", 2, 5, "same"))
        self.put_newer(row("a", 2, 4, "older"))
        self.put_newer(row("a", 1, 9, "older epoch"))
        self.assertEqual([("a", 2, 5, "new")], self.versions())

    def test_judges_each_row_of_a_batch_by_itself(self):
        self.put_newer(row("a", 1, 5, "keep"), row("b", 1, 1, "go"))
        self.put_newer(row("a", 1, 4, "x"), row("b", 1, 2, "y"), row("c", 1, 1, "z"))
        self.assertEqual([("a", 1, 5, "keep"), ("b", 1, 2, "y"), ("c", 1, 1, "z")], self.versions())

    def test_a_condition_may_have_constants(self):
        def below_five(old, new):
            return old.epoch < 5

        rows = [row("a", 4), row("b", 5)]
        self.database.write(lambda c: upsert(c, ROWS, rows, ["name"]))
        changed = [row("a", 6, 2), row("b", 6, 2)]
        self.database.write(lambda c: upsert(c, ROWS, changed, ["name"], below_five))
        self.assertEqual([("a", 6, 2, None), ("b", 5, 1, None)], self.versions())

    def test_without_a_condition_always_sets(self):
        self.database.write(lambda c: upsert(c, ROWS, row("a", 5), ["name"]))
        self.database.write(lambda c: upsert(c, ROWS, row("a", 1), ["name"]))
        self.assertEqual(1, self.all()[0].epoch)

    def test_sets_only_the_columns_asked_for(self):
        self.database.write(lambda c: upsert(c, ROWS, row("a", 1, 1), ["name"]))
        self.database.write(lambda c: upsert(c, ROWS, row("a", 2, 2), ["name"], update=["epoch"]))
        self.assertEqual([("a", 2, 1, None)], self.versions())

    def test_insert_ignore_leaves_what_is_there(self):
        self.put_newer(row("a", 1, 1, "first"))
        self.database.write(lambda c: insert_ignore(c, ROWS, row("a", 9, 9, "second"), ["name"]))
        self.assertEqual([("a", 1, 1, "first")], self.versions())


class AwayTest:
    """A database server that goes away and comes back; SQLite has no server."""

    tree = None

    def setUp(self) -> None:
        super().setUp()
        self.database.write(METADATA.drop_all)
        self.database.write(METADATA.create_all)
        url = make_url(self.url)
        self.proxy = Proxy(url.port)
        self.addCleanup(self.proxy.close)
        relayed = url.set(port=self.proxy.port).render_as_string(hide_password=False)
        self.remote = Database(relayed, name="away")
        self.addCleanup(self.remote.close)

    def put(self, name: str) -> None:
        self.remote.write(lambda c: c.execute(insert(ROWS), row(name)))

    def count(self) -> int:
        return self.database.read(lambda c: c.execute(COUNT).scalar_one())

    def test_lost_idle_connections_are_not_noticed(self):
        self.put("a")
        self.proxy.drop()
        self.put("b")
        self.assertEqual(2, self.count())

    def test_lost_in_the_middle_is_tried_again(self):
        runs = []

        def work(connection) -> None:
            connection.execute(insert(ROWS), row("a"))
            if not runs:
                self.proxy.drop()
            runs.append(1)
            connection.execute(insert(ROWS), row("b"))

        self.remote.write(work)
        self.assertEqual((2, 2), (len(runs), self.count()))

    def test_away_is_said_soon_and_ends_by_itself(self):
        self.put("a")
        self.proxy.cut()
        start = time.monotonic()
        self.assertRaises(DatabaseUnavailable, self.put, "b")
        self.assertRaises(DatabaseUnavailable, self.remote.read, lambda c: c.execute(COUNT))
        self.assertLess(time.monotonic() - start, 10)
        self.proxy.mend()
        self.put("c")
        self.assertEqual(2, self.count())

    def test_lost_during_commit_is_unknown(self):
        self.put("a")
        self.proxy.cut_at = b"COMMIT"
        self.assertRaises(OutcomeUnknown, self.put, "b")
        self.proxy.cut_at = None
        self.put("c")
        self.assertEqual(2, self.count())

    def test_the_password_is_not_shown(self):
        self.assertNotIn("secret", repr(self.remote))
        self.proxy.cut()
        with self.assertRaises(DatabaseUnavailable) as caught:
            self.put("b")
        self.assertNotIn("secret", str(caught.exception))


class AwayTestOnMariadb(AwayTest, StoreCase):
    kind = "mariadb"


class AwayTestOnPostgresql(AwayTest, StoreCase):
    kind = "postgresql"
