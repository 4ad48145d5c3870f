# SPDX-License-Identifier: Apache-2.0
"""GET /os-migrations in every window: fields, filters, pages, and who sees what."""

from __future__ import annotations

import uuid
from typing import Any

from nova_cells.cell.conductor.migrations import feed_item
from nova_cells.global_api.index import migrations
from nova_cells.objects import Flavor, Migration
from tests.api.harness import ApiCase, Client
from tests.stores.test_migrations import migration

HOSTS = {"source_compute", "source_node", "dest_compute", "dest_node", "dest_host"}
OLDEST = HOSTS | {"id", "instance_uuid", "status", "created_at", "updated_at"}
OLDEST |= {"old_instance_type_id", "new_instance_type_id"}


class MigrationsTest(ApiCase):
    """The records are put where the feed puts them: of one project, in two cells."""

    def setUp(self) -> None:
        super().setUp()
        self.cells = [cell.uuid for cell in self.cloud.side.cells.all()]
        flavors = [
            Flavor(id=n, flavorid=str(n), name="f", vcpus=1, memory_mb=1, root_gb=1) for n in (1, 2)
        ]
        base: dict[str, Any] = {"old_flavor": flavors[0], "new_flavor": flavors[1]}
        base |= {"project_id": self.project, "user_id": "somebody", "source_node": "n1"}
        self.server = migration().uuid
        base["instance_uuid"] = self.server
        self.records = [migration(number, **base) for number in range(5)]
        self.records[3] = self.records[3].replace(migration_type="live-migration", status="running")
        self.records[4] = self.records[4].replace(status="error", updated_at=2_000_000_000_000_000)
        for number, record in enumerate(self.records):
            self.put(record, self.cells[number % 2])
        self.manager = Client(f"boss:{self.project}:manager")

    def put(self, record: Migration, cell: str) -> None:
        item = feed_item(record)
        self.cloud.database.write(lambda c: migrations.apply(c, cell, item))

    def listed(self, query: str = "", version: str = "2.104", **more: Any) -> list[dict[str, Any]]:
        path = f"/os-migrations?instance_uuid={self.server}{query}"
        found: list[dict[str, Any]] = self.admin.get(path, version, expect=200).json["migrations"]
        return found

    def numbers(self, query: str = "", version: str = "2.104") -> list[int]:
        order = {record.uuid: number for number, record in enumerate(self.records)}
        ids = {each["id"]: order[each["uuid"]] for each in self.listed()}
        return [ids[each["id"]] for each in self.listed(query, version)]

    def test_what_is_shown_in_which_version(self) -> None:
        for version, more in (
            ("2.1", set()),
            ("2.22", set()),
            ("2.23", {"migration_type"}),
            ("2.58", {"migration_type"}),
            ("2.59", {"migration_type", "uuid"}),
            ("2.79", {"migration_type", "uuid"}),
            ("2.80", {"migration_type", "uuid", "user_id", "project_id"}),
        ):
            with self.subTest(version):
                shown = self.listed(version=version)[0]
                self.assertEqual(OLDEST | more, set(shown))
                self.assertEqual(
                    (1, 2), (shown["old_instance_type_id"], shown["new_instance_type_id"])
                )

    def test_one_that_can_be_looked_at_has_links(self) -> None:
        for version, has in (("2.22", False), ("2.23", True)):
            found = self.listed(version=version)
            self.assertEqual([False, has, False, False, False], ["links" in one for one in found])
        link = self.listed()[1]["links"][0]["href"]
        self.assertTrue(
            link.endswith(f"/servers/{self.server}/migrations/{self.listed()[1]['id']}")
        )

    def test_the_newest_comes_first_whatever_cell_it_is_of(self) -> None:
        for version in ("2.1", "2.58", "2.59", "2.104"):
            self.assertEqual([4, 3, 2, 1, 0], self.numbers(version=version))

    def test_filters(self) -> None:
        for query, wanted in (
            ("&status=running", [3]),
            ("&status=error&status=running", [3]),
            ("&migration_type=live-migration", [3]),
            ("&host=h2", [4, 3, 2, 1, 0]),
            ("&host=h9", []),
            ("&source_compute=h1", [4, 3, 2, 1, 0]),
            ("&source_compute=h2", []),
            ("&hidden=true", []),
            ("&hidden=false", [4, 3, 2, 1, 0]),
        ):
            for version in ("2.1", "2.104"):
                self.assertEqual(wanted, self.numbers(query, version), (query, version))

    def test_from_2_59_there_are_pages(self) -> None:
        path = f"/os-migrations?instance_uuid={self.server}&limit=2"
        self.assertEqual(5, len(self.admin.get(path, "2.58").json["migrations"]))
        found: list[str] = []
        while True:
            page = self.admin.get(path, "2.59", expect=200).json
            found += [each["uuid"] for each in page["migrations"]]
            if "migrations_links" not in page:
                break
            [link] = page["migrations_links"]
            path = link["href"].partition("/v2.1")[2]
        self.assertEqual([record.uuid for record in reversed(self.records)], found)
        for bad in ("marker=x", f"marker={self.server}", "limit=-1", "limit=x", "unknown=1"):
            self.assertEqual(400, self.admin.get(f"/os-migrations?{bad}", "2.59").status_int, bad)
            self.assertEqual(200, self.admin.get(f"/os-migrations?{bad}", "2.58").status_int, bad)

    def test_what_changed_when(self) -> None:
        moment = "2033-05-18T03:33:20Z"
        self.assertEqual([4], self.numbers(f"&changes-since={moment}", "2.59"))
        self.assertEqual([4, 3, 2, 1, 0], self.numbers(f"&changes-since={moment}", "2.58"))
        earlier = "2033-05-18T03:33:19Z"
        self.assertEqual([3, 2, 1, 0], self.numbers(f"&changes-before={earlier}", "2.66"))
        path = f"/os-migrations?changes-before={earlier}"
        self.assertEqual(400, self.admin.get(path, "2.65").status_int)
        both = f"{path}&changes-since={moment}"
        self.assertFault(self.admin.get(both), 400, "badRequest", "changes-since")

    def test_from_2_80_by_whose_they_are(self) -> None:
        for name, value in (("user_id", "somebody"), ("project_id", self.project)):
            self.assertEqual(5, len(self.numbers(f"&{name}={value}", "2.80")))
            self.assertEqual([], self.numbers(f"&{name}=other", "2.80"))
            path = f"/os-migrations?{name}={value}"
            self.assertEqual(400, self.admin.get(path, "2.79").status_int)
            self.assertEqual(200, self.admin.get(path, "2.58").status_int)

    def test_a_manager_sees_those_of_the_project_without_hosts(self) -> None:
        found = self.manager.get("/os-migrations", expect=200).json["migrations"]
        self.assertEqual(5, len(found))
        self.assertEqual({None}, {each[name] for each in found for name in HOSTS})
        for query in ("host=h1", "source_compute=h1", "project_id=other"):
            self.assertEqual(403, self.manager.get(f"/os-migrations?{query}").status_int, query)
        other = Client(f"boss:{uuid.uuid4().hex}:manager")
        self.assertEqual([], other.get("/os-migrations", expect=200).json["migrations"])
        for persona in (self.member, self.reader):
            self.assertEqual(403, persona.get("/os-migrations").status_int)
