# SPDX-License-Identifier: Apache-2.0
"""Migrations answer the same questions the same way on every database, in a cell and in the index.

What comes twice is there once, what comes late changes nothing, and pages join to the whole list.
"""

from __future__ import annotations

import uuid as uuids
from typing import Any

from nova_cells.cell.conductor.migrations import feed_item
from nova_cells.cell.db import migrations as of_cell
from nova_cells.global_api.faults import MarkerNotFound
from nova_cells.global_api.index import migrations as of_index
from nova_cells.global_api.index.migrations import MigrationQuery
from nova_cells.global_api.index.purge import Purge
from nova_cells.global_api.index.server_index import ServerIndex
from nova_cells.global_api.index.write import Head
from nova_cells.objects import Flavor, Migration
from nova_cells.runtime.clock import ManualClock
from tests.stores.base import StoreCase, on_every_database
from tests.stores.test_global_index import document

CELL = "c0000000-0000-0000-0000-000000000001"
OTHER_CELL = "c0000000-0000-0000-0000-000000000002"
SERVER = "5e000000-0000-0000-0000-000000000001"
FLAVOR = Flavor(id=1, flavorid="42", name="m1", vcpus=1, memory_mb=64, root_gb=1)


def migration(number: int = 0, **values: Any) -> Migration:
    """Those of a higher number are younger."""
    wanted: dict[str, Any] = {
        "uuid": str(uuids.uuid4()),
        "instance_uuid": SERVER,
        "migration_type": "resize",
        "status": "migrating",
        "source_compute": "h1",
        "dest_compute": "h2",
        "old_flavor": FLAVOR,
        "new_flavor": FLAVOR.replace(id=2),
        "user_id": "user",
        "project_id": "project",
        "created_at": 1_700_000_000_000_000 + number,
    }
    return Migration(**{**wanted, **values})


@on_every_database
class CellMigrationsTest(StoreCase):
    tree = "cell"

    def add(self, *wanted: Migration) -> None:
        self.database.write(lambda c: [of_cell.add(c, each) for each in wanted])

    def test_one_is_read_as_it_was_written_and_changed(self) -> None:
        one = migration()
        self.add(one)
        self.assertEqual(one, self.database.read(lambda c: of_cell.get(c, one.uuid)))
        changed = one.replace(status="finished", revision=2, updated_at=one.created_at + 5)
        self.database.write(lambda c: of_cell.put(c, changed))
        self.assertEqual(changed, self.database.read(lambda c: of_cell.get(c, one.uuid)))

    def test_an_instance_has_its_own_newest_first(self) -> None:
        old, young = migration(1, status="confirmed"), migration(2, status="finished")
        self.add(old, young, migration(3, instance_uuid=str(uuids.uuid4())))
        found = self.database.read(lambda c: of_cell.of_instance(c, SERVER))
        self.assertEqual([young.uuid, old.uuid], [each.uuid for each in found])
        done = self.database.read(lambda c: of_cell.of_instance(c, SERVER, {"confirmed"}))
        self.assertEqual([old.uuid], [each.uuid for each in done])

    def test_evacuations_that_are_done_count_for_the_host_that_was_left(self) -> None:
        gone = {"migration_type": "evacuation", "status": "done"}
        self.add(
            migration(1, **gone),
            migration(2, **gone),
            migration(3, **{**gone, "status": "completed"}),
            migration(4, **{**gone, "migration_type": "migration"}),
            migration(5, **gone, source_compute="h3"),
        )
        counted = {
            host: self.database.read(lambda c, h=host: of_cell.evacuated_from(c, h))
            for host in ("h1", "h2", "h3")
        }
        self.assertEqual({"h1": 2, "h2": 0, "h3": 1}, counted)

    def test_all_are_read_in_pages_and_forgotten_with_their_server(self) -> None:
        all_of_them = [migration(number) for number in range(5)]
        self.add(*all_of_them)
        found: list[Migration] = []
        for after in ("", *sorted(each.uuid for each in all_of_them)[1::2]):
            found += self.database.read(lambda c, after=after: of_cell.after(c, after, 2))
        self.assertEqual(sorted(all_of_them, key=lambda each: each.uuid), found)
        self.database.write(lambda c: of_cell.remove(c, [SERVER]))
        self.assertEqual([], self.database.read(lambda c: of_cell.of_instance(c, SERVER)))


@on_every_database
class IndexedMigrationsTest(StoreCase):
    tree = "global_api"

    def take(self, one: Migration, cell: str = CELL) -> None:
        self.database.write(lambda c: of_index.apply(c, cell, feed_item(one)))

    def page(self, **query: Any) -> list[str]:
        found = self.database.read(lambda c: of_index.page(c, MigrationQuery(**query)))
        return [each.uuid for each in found]

    def test_the_same_and_the_older_change_nothing(self) -> None:
        one = migration()
        done = one.replace(status="finished", revision=2, updated_at=one.created_at + 1)
        for each in (one, done, done, one):
            self.take(each)
        [found] = self.database.read(lambda c: of_index.page(c, MigrationQuery()))
        self.assertEqual(("finished", CELL), (found.document["status"], found.cell_uuid))
        again = self.database.read(lambda c: of_index.by_id(c, SERVER, found.id))
        self.assertEqual(found, again)
        self.assertIsNone(self.database.read(lambda c: of_index.by_id(c, CELL, found.id)))

    def test_another_cell_does_not_speak_for_it(self) -> None:
        one = migration()
        self.take(one)
        self.take(one.replace(status="error", revision=7), OTHER_CELL)
        [found] = self.database.read(lambda c: of_index.page(c, MigrationQuery()))
        self.assertEqual("migrating", found.document["status"])

    def test_pages_join_to_the_whole_list_whatever_cells_they_are_of(self) -> None:
        wanted = [migration(number // 2) for number in range(7)]
        for number, one in enumerate(wanted):
            self.take(one, CELL if number % 2 else OTHER_CELL)
        whole = self.page()
        self.assertEqual([one.uuid for one in reversed(wanted)], whole)
        joined: list[str] = []
        while rest := self.page(limit=2, marker=joined[-1] if joined else None):
            joined += rest
        self.assertEqual(whole, joined)
        with self.assertRaises(MarkerNotFound):
            self.page(marker=SERVER)

    def test_they_are_forgotten_with_their_server(self) -> None:
        clock = ManualClock()
        gone = document(deleted_at=clock(), vm_state="deleted")
        ServerIndex(self.database).apply([Head(gone, CELL)])
        self.take(migration(1, instance_uuid=gone["uuid"]))
        other = migration(2)
        self.take(other)
        clock.advance(3600)
        Purge(self.database, retention=60, batch=9, clock=clock).run()
        self.assertEqual([other.uuid], self.page())

    def test_what_is_asked_for_is_found(self) -> None:
        one = migration(1, source_compute="h9", user_id="somebody")
        two = migration(2, status="error", dest_compute="h9", updated_at=2**50 * 2)
        for each in (one, two, migration(3)):
            self.take(each)
        self.assertEqual([two.uuid, one.uuid], self.page(host="h9"))
        self.assertEqual([one.uuid], self.page(equal=(("user_id", "somebody"),)))
        self.assertEqual([two.uuid], self.page(statuses=["error", "failed"]))
        self.assertEqual([two.uuid], self.page(changed_since=2**50 * 2))
        self.assertEqual([one.uuid], self.page(changed_before=one.created_at))
