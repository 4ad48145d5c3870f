# SPDX-License-Identifier: Apache-2.0
"""The server index answers the same questions the same way on every database."""

from __future__ import annotations

import random
import threading
import uuid as uuids
from typing import Any

from sqlalchemy import func, select

from nova_cells.global_api.db.tables.operations import journal
from nova_cells.global_api.db.tables.server_index import server_index, server_metadata, server_tags
from nova_cells.global_api.faults import BadRequest, MarkerNotFound
from nova_cells.global_api.index import write
from nova_cells.global_api.index.purge import Purge
from nova_cells.global_api.index.query import ServerQuery
from nova_cells.global_api.index.server_index import ServerIndex
from nova_cells.global_api.index.write import Head
from nova_cells.global_api.router.endings import STORE
from nova_cells.journal.record import Record
from nova_cells.objects import Flavor, Instance
from nova_cells.runtime.clock import ManualClock, seconds
from tests.stores.base import StoreCase, on_every_database

CELL = "c0000000-0000-0000-0000-000000000001"
START = 1_700_000_000_000_000
FLAVOR = Flavor(id=1, flavorid="42", name="m1", vcpus=1, memory_mb=64, root_gb=1)


def document(number: int = 0, **values: Any) -> dict[str, Any]:
    """The head document of one server; those of a higher number are younger."""
    wanted: dict[str, Any] = {
        "uuid": str(uuids.uuid4()),
        "epoch": 1,
        "revision": 1,
        "project_id": "project",
        "user_id": "user",
        "name": f"server-{number}",
        "hostname": f"server-{number}",
        "flavor": FLAVOR,
        "reservation_id": "r-1",
        "created_at": START + number,
        "vm_state": "active",
    }
    return Instance(**{**wanted, **values}).document()


def _move(uuid: str) -> Record:
    """One that is over."""
    names = {"id": f"move {uuid}", "kind": "move", "kind_version": 1, "action": "migrate"}
    moments = {"deadline": START, "started_at": START, "updated_at": START}
    return Record(subject=uuid, open=False, **names, **moments)  # type: ignore[arg-type]


@on_every_database
class ServerIndexTest(StoreCase):
    tree = "global_api"

    def setUp(self) -> None:
        super().setUp()
        self.index = ServerIndex(self.database)

    def put(self, *documents: dict[str, Any]) -> list[str]:
        return self.index.apply([Head(each, CELL) for each in documents])

    def names(self, **query: Any) -> list[str]:
        return [row.document["name"] for row in self.index.list(ServerQuery(**query))]

    def count(self, table: Any) -> int:
        query = select(func.count()).select_from(table)
        return int(self.database.read(lambda c: c.execute(query).scalar_one()))

    def test_only_what_is_newer_replaces(self) -> None:
        first = document(revision=5)
        self.assertEqual([first["uuid"]], self.put(first))
        for epoch, revision, taken in ((1, 5, False), (1, 4, False), (1, 6, True), (2, 1, True)):
            newer = {**first, "epoch": epoch, "revision": revision, "name": f"{epoch}-{revision}"}
            self.assertEqual([first["uuid"]] if taken else [], self.put(newer))
        self.assertEqual([], self.put({**first, "epoch": 1, "revision": 99}))
        row = self.index.get(first["uuid"])
        assert row is not None
        self.assertEqual(
            ("2-1", 2, 1, CELL), (row.document["name"], row.epoch, row.revision, row.cell_uuid)
        )

    def test_the_newest_of_a_batch_wins_whatever_its_place(self) -> None:
        one = document()
        versions = [{**one, "revision": number, "name": str(number)} for number in (3, 7, 5)]
        self.put(*versions)
        self.assertEqual(["7"], self.names())

    def test_concurrent_feeds_end_with_the_newest(self) -> None:
        servers = [document(number) for number in range(5)]
        jobs = [{**each, "revision": turn} for each in servers for turn in range(1, 21)]
        random.Random(1).shuffle(jobs)
        failures: list[BaseException] = []

        def feed(mine: list[dict[str, Any]]) -> None:
            try:
                for start in range(0, len(mine), 5):
                    self.put(*mine[start : start + 5])
            except BaseException as failure:
                failures.append(failure)
                raise

        threads = [threading.Thread(target=feed, args=(jobs[part::4],)) for part in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual([], failures)
        rows = self.index.list(ServerQuery())
        self.assertEqual({20}, {row.revision for row in rows})
        self.assertEqual({20}, {row.document["revision"] for row in rows})

    def test_each_filter_finds_its_servers(self) -> None:
        self.put(
            document(1, name="web-1", host="h1", node="h1", vm_state="active", key_name="K"),
            document(2, name="WEB-2", host="h2", node="h2", vm_state="stopped", key_name="k"),
            document(
                3,
                name="db.1",
                vm_state="error",
                task_state="deleting",
                locked_by="owner",
                metadata={"role": "db", "stage": "test"},
                tags=["red", "blue"],
                addresses={"net": [{"addr": "10.0.0.15", "version": 4}]},
            ),
            document(
                4,
                name="db-2",
                project_id="other",
                tags=["red"],
                addresses={
                    "net": [
                        {"addr": "10.0.0.1", "version": 4},
                        {"addr": "fd00::1", "version": 6},
                    ]
                },
            ),
        )
        cases: list[tuple[dict[str, Any], list[str]]] = [
            ({"project_id": "other"}, ["db-2"]),
            ({"name": "^db"}, ["db-2", "db.1"]),
            ({"name": "web"}, ["web-1"]),
            ({"name": r"db\.1"}, ["db.1"]),
            ({"ip": "^10.0.0.1$"}, ["db-2"]),
            ({"ip": "10.0.0.1"}, ["db-2", "db.1"]),
            ({"ip6": "^fd00"}, ["db-2"]),
            ({"tags": ("red", "blue")}, ["db.1"]),
            ({"tags_any": ("red", "blue")}, ["db-2", "db.1"]),
            ({"not_tags": ("red", "blue")}, ["db-2", "WEB-2", "web-1"]),
            ({"not_tags_any": ("red", "blue")}, ["WEB-2", "web-1"]),
            ({"metadata": {"role": "db"}}, ["db.1"]),
            ({"metadata": {"role": "db", "stage": "live"}}, []),
            ({"equal": {"vm_state": ("stopped", "error")}}, ["db.1", "WEB-2"]),
            ({"equal": {"task_state": None}}, ["db-2", "WEB-2", "web-1"]),
            ({"equal": {"task_state": (None, "deleting")}}, ["db-2", "db.1", "WEB-2", "web-1"]),
            ({"equal": {"locked": True}}, ["db.1"]),
            ({"equal": {"host": "h2"}}, ["WEB-2"]),
            ({"equal": {"key_name": "k"}}, ["WEB-2"]),
            ({"equal": {"flavor_id": "42"}, "project_id": "other"}, ["db-2"]),
            ({"equal": {"vm_state": ()}}, []),
        ]
        for query, expected in cases:
            with self.subTest(**query):
                self.assertEqual(expected, self.names(**query))
                self.assertEqual(len(expected), self.index.count(ServerQuery(**query)))

    def test_a_pattern_nobody_understands_is_refused(self) -> None:
        self.put(document())
        for pattern in ("(", "[z-a]", "*"):
            with self.subTest(pattern), self.assertRaises(BadRequest):
                self.names(name=pattern)

    def test_labels_follow_the_document(self) -> None:
        one = document(tags=["a", "b"], metadata={"k": "v"})
        self.put(one)
        self.put({**one, "revision": 2, "tags": ["b", "c"], "metadata": {"k": "w"}})
        self.assertEqual([], self.names(tags=("a",)))
        self.assertEqual(1, len(self.names(tags=("c",), metadata={"k": "w"})))
        self.put({**one, "revision": 3, "tags": [], "metadata": {}})
        self.assertEqual((0, 0), (self.count(server_tags), self.count(server_metadata)))

    def test_missing_values_sort_first_and_pages_are_exact(self) -> None:
        hosts = [None, "b", None, "a", "b", "a", None, "c"]
        documents = [document(number, host=host) for number, host in enumerate(hosts)]
        self.put(*documents)
        for way in ("asc", "desc"):
            sort = (("host", way), ("created_at", "asc"))
            whole = [row.uuid for row in self.index.list(ServerQuery(sort=sort))]
            found = [
                next(each["host"] for each in documents if each["uuid"] == uuid) for uuid in whole
            ]
            expected = sorted(hosts, key=lambda host: host or "", reverse=way == "desc")
            self.assertEqual(expected, found)
            self.assertEqual(whole, self.pages(sort=sort, limit=3))

    def pages(self, **query: Any) -> list[str]:
        found: list[str] = []
        marker = None
        while True:
            page = self.index.list(ServerQuery(marker=marker, **query))
            found += [row.uuid for row in page]
            if len(page) < query["limit"]:
                return found
            marker = found[-1]

    def test_paging_is_exact_while_servers_come_and_go(self) -> None:
        stay = [document(number) for number in range(60)]
        go = [document(number, name="going") for number in range(0, 60, 7)]
        self.put(*stay, *go)
        found: list[str] = []
        marker: str | None = None
        number = 0
        while page := self.index.list(ServerQuery(marker=marker, limit=7)):
            found += [row.uuid for row in page]
            marker = page[-1].uuid
            self.put(document(1000 + number), document(30 + number, name="coming"))
            if number < len(go):
                gone = {**go[number], "revision": 2, "deleted_at": START, "vm_state": "deleted"}
                self.put(gone)
            number += 1
        self.assertEqual(len(found), len(set(found)))
        self.assertLessEqual({each["uuid"] for each in stay}, set(found))

    def test_a_deleted_marker_is_as_good_as_any_and_an_unknown_one_is_refused(self) -> None:
        documents = [document(number) for number in range(5)]
        self.put(*documents)
        gone = {**documents[2], "revision": 2, "deleted_at": START, "vm_state": "deleted"}
        self.put(gone)
        self.assertEqual(["server-1", "server-0"], self.names(marker=gone["uuid"]))
        with self.assertRaises(MarkerNotFound):
            self.names(marker=str(uuids.uuid4()))
        with self.assertRaises(MarkerNotFound):
            self.names(marker=gone["uuid"], project_id="other")

    def test_limit_zero_lists_nothing(self) -> None:
        self.put(document())
        self.assertEqual([], self.names(limit=0))

    def test_deleted_servers_are_listed_when_asked_for(self) -> None:
        alive, gone = document(1), document(2)
        self.put(alive, gone)
        self.put({**gone, "revision": 2, "deleted_at": START + 9, "updated_at": START + 9})
        self.assertEqual(["server-1"], self.names())
        self.assertEqual(["server-2"], self.names(deleted=True))
        self.assertEqual(["server-2"], self.names(deleted=None, changed_since=START + 5))
        self.assertEqual(["server-1"], self.names(deleted=None, changed_before=START + 5))

    def test_purge_forgets_only_what_is_old(self) -> None:
        clock = ManualClock(START)
        documents = [document(n, tags=["t"], metadata={"k": "v"}) for n in range(4)]
        for number, each in enumerate(documents[:3]):
            each["deleted_at"] = START - seconds(100 * (3 - number))
        self.put(*documents)
        purge = Purge(self.database, retention=150, batch=1, clock=clock)
        self.assertEqual(1, purge.run())
        self.assertEqual(1, purge.run())
        self.assertEqual(0, purge.run())
        self.assertEqual((2, 2), (self.count(server_index), self.count(server_tags)))

    def test_purge_forgets_how_they_moved(self) -> None:
        clock = ManualClock(START)
        old, alive = document(0, deleted_at=START - seconds(300)), document(1)
        self.put(old, alive)
        for each in (old, alive):
            self.database.write(lambda c, uuid=each["uuid"]: STORE.add(c, _move(uuid)))
        self.assertEqual(1, Purge(self.database, retention=150, batch=9, clock=clock).run())
        left = self.database.read(lambda c: list(c.scalars(select(journal.operations.c.subject))))
        self.assertEqual([alive["uuid"]], left)

    def test_a_promised_delete_is_shown_until_it_is_done(self) -> None:
        one = document()
        self.put(one)
        self.database.write(lambda c: write.show_deleting(c, one["uuid"]))
        row = self.index.get(one["uuid"])
        assert row is not None
        self.assertEqual("deleting", row.document["task_state"])
        self.put({**one, "revision": 2, "task_state": None})
        self.assertEqual([one["name"]], self.names(equal={"task_state": "deleting"}))
        self.put({**one, "revision": 3, "task_state": None, "deleted_at": START})
        row = self.index.get(one["uuid"])
        assert row is not None
        self.assertTrue(row.deleted)
        self.assertIsNone(row.document["task_state"])
