# SPDX-License-Identifier: Apache-2.0
"""Aggregates with their zones, and the usage of projects, in the three databases."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from nova_cells.global_api.aggregates import Aggregates
from nova_cells.global_api.faults import Conflict, MarkerNotFound
from nova_cells.global_api.index import hosts
from nova_cells.global_api.index.server_index import ServerIndex
from nova_cells.global_api.index.write import Head
from nova_cells.global_api.index.zones import ZoneClash
from nova_cells.global_api.resources.tenant_usage.store import UsageQuery, lived
from nova_cells.objects import HostRecord, Instance
from tests.stores.base import StoreCase, on_every_database
from tests.unit.global_api.world import spec

CELL = "11111111-2222-3333-4444-555555555555"


class Filled(StoreCase):
    tree = "global_api"

    def server(self, project: str = "p", **changes: Any) -> str:
        made = Instance.from_spec(spec(project)).replace(vm_state="active", **changes)
        ServerIndex(self.database).apply([Head(made.document(), CELL)])
        return str(made.uuid)


@on_every_database
class AggregateStoreTest(Filled):
    def setUp(self) -> None:
        super().setUp()
        self.aggregates = Aggregates(self.database, default_zone="nova")
        for name in ("h1", "h2", "H1"):
            self.host(name)

    def host(self, name: str) -> None:
        record = HostRecord(uuid=str(uuid.uuid4()), name=name, node=name, up=True, last_seen=1)
        document = record.document()
        self.database.write(lambda c: hosts.take(c, CELL, document, 1, "nova"))

    def zone(self, host: str) -> str:
        return self.database.read(lambda c: hosts.zone_of(c, host, "nova"))

    def test_life(self) -> None:
        made = self.aggregates.create("größe 😀", {"availability_zone": "z1"})
        with self.assertRaises(Conflict):
            self.aggregates.create("größe 😀", {})
        other = self.aggregates.create("GRÖSSE 😀", {})
        for host in ("h1", "H1"):
            changed = self.aggregates.add_host(made.id, host)
        self.assertEqual(["H1", "h1"], sorted(changed.hosts))
        changed = self.aggregates.update(made.id, metadata={"k": "😀", "availability_zone": None})
        self.assertEqual({"k": "😀"}, changed.metadata)
        self.aggregates.forget_host("h1")
        self.assertEqual(("H1",), self.aggregates.get(made.id).hosts)
        self.aggregates.delete(other.id)
        self.assertEqual([made.id], [each.id for each in self.aggregates.list()])

    def test_zones(self) -> None:
        first = self.aggregates.create("one", {"availability_zone": "z1"})
        second = self.aggregates.create("two", {"availability_zone": "z2"})
        self.aggregates.add_host(first.id, "h1")
        self.server(host="h1")
        for clash in (
            lambda: self.aggregates.add_host(second.id, "h1"),
            lambda: self.aggregates.remove_host(first.id, "h1"),
            lambda: self.aggregates.update(first.id, metadata={"availability_zone": "z3"}),
        ):
            before = self.aggregates.generation()
            with self.assertRaises(ZoneClash):
                clash()
            self.assertEqual(before, self.aggregates.generation())
        self.aggregates.add_host(second.id, "h2")
        self.assertEqual(("z1", "z2", "nova"), tuple(map(self.zone, ("h1", "h2", "H1"))))

    def test_two_at_once_put_no_host_into_two_zones(self) -> None:
        keys = [self.aggregates.create(z, {"availability_zone": z}).id for z in "abcdefgh"]

        def add(key: int) -> bool:
            try:
                self.aggregates.add_host(key, "h1")
            except ZoneClash:
                return False
            return True

        with ThreadPoolExecutor(len(keys)) as pool:
            self.assertEqual(1, sum(pool.map(add, keys)))
        self.assertEqual(1, sum("h1" in each.hosts for each in self.aggregates.list()))


@on_every_database
class UsageStoreTest(Filled):
    def lived(self, start: int, stop: int, **query: Any) -> list[str]:
        wanted = UsageQuery(start, stop, **query)
        found = self.database.read(lambda connection: lived(connection, wanted))
        return [document["uuid"] for document in found]

    def test_who_lived(self) -> None:
        living = self.server(launched_at=100)
        ended = self.server(launched_at=100, terminated_at=200, deleted_at=201)
        self.server()
        self.assertEqual({living, ended}, set(self.lived(150, 160)))
        self.assertEqual([living], self.lived(201, 300))
        self.assertEqual([], self.lived(50, 100))

    def test_pages(self) -> None:
        projects = ("P", "p", "q")
        made = {
            each: sorted(self.server(each, launched_at=1) for _ in range(3)) for each in projects
        }
        everything = [uuid for each in projects for uuid in made[each]]
        found: list[str] = []
        while page := self.lived(2, 3, limit=2, marker=found[-1] if found else None):
            found += page
        self.assertEqual(sorted(everything), sorted(found))
        self.assertEqual(made["q"][1:], self.lived(2, 3, project_id="q", marker=made["q"][0]))
        with self.assertRaises(MarkerNotFound):
            self.lived(2, 3, project_id="q", marker=made["p"][0])
