# SPDX-License-Identifier: Apache-2.0
"""Flavors, their grants and key pairs in the three databases."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.faults import MarkerNotFound
from nova_cells.global_api.resources.flavor_access import store as access
from nova_cells.global_api.resources.flavors import query, store
from nova_cells.global_api.resources.flavors.query import SORT_KEYS, FlavorQuery
from nova_cells.global_api.resources.flavors.seed import STANDARD, seed
from nova_cells.global_api.resources.keypairs import store as keypairs
from tests.stores.base import StoreCase, on_every_database


def flavor(flavorid: str, **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "flavorid": flavorid,
        "name": f"name-{flavorid}",
        "vcpus": 1,
        "memory_mb": 64,
        "root_gb": 1,
        "ephemeral_gb": 0,
        "swap_mb": 0,
        "rxtx_factor": 1.5,
        "is_public": True,
        "disabled": False,
        "description": None,
        "extra_specs": {},
        "created_at": 5,
        "updated_at": None,
    }
    return {**values, **changes}


@on_every_database
class FlavorStoreTest(StoreCase):
    tree = "global_api"

    def make(self, flavorid: str, **changes: Any) -> None:
        self.database.write(lambda c: store.create(c, flavor(flavorid, **changes)))

    def find(self, flavorid: str, visible_to: str | None = None) -> store.FlavorRow | None:
        return self.database.read(lambda c: store.find(c, flavorid, visible_to))

    def page(self, **wanted: Any) -> list[str]:
        found = self.database.read(lambda c: query.page(c, FlavorQuery(**wanted)))
        return [row.flavorid for row in found]

    def test_row_comes_back_as_it_was(self) -> None:
        self.make("a", description="ü\n", extra_specs={"hw:x": "1"}, rxtx_factor=0.25)
        row = self.find("a")
        assert row is not None
        self.assertEqual(
            flavor("a")
            | {"description": "ü\n"}
            | {"extra_specs": {"hw:x": "1"}, "rxtx_factor": 0.25},
            {name: value for name, value in row._asdict().items() if name != "id"},
        )
        self.assertIs(True, row.is_public)
        self.assertEqual("name-a", store.to_object(row).name)

    def test_names_and_ids_are_taken_once(self) -> None:
        self.make("a")
        for values, field in (
            (flavor("a", name="other"), "flavorid"),
            (flavor("b", name="name-a"), "name"),
        ):
            with self.assertRaises(store.Taken) as taken:
                self.database.write(lambda c, values=values: store.create(c, values))
            self.assertEqual(field, taken.exception.field)

    def test_names_differ_by_case_and_accent(self) -> None:
        for name in ("x", "X", "é", "e"):
            self.make(f"id-{name}", name=name)
        self.assertEqual(["id-X"], self.page(name="X"))

    def test_every_order_pages_through_everything(self) -> None:
        for number in range(7):
            self.make(
                f"f{number}",
                memory_mb=64 * (number % 3 + 1),
                is_public=True,
                disabled=bool(number % 2),
                description="d" if number % 2 else None,
                updated_at=number if number % 3 else None,
            )
        for key in SORT_KEYS:
            for descending in (False, True):
                seen: list[str] = []
                while page := self.page(
                    sort_key=key,
                    descending=descending,
                    limit=2,
                    marker=seen[-1] if seen else None,
                ):
                    seen += page
                self.assertEqual(self.page(sort_key=key, descending=descending), seen, key)
                self.assertEqual(7, len(set(seen)), key)

    def test_marker(self) -> None:
        with self.assertRaises(MarkerNotFound):
            self.page(marker="none")

    def test_visibility(self) -> None:
        self.make("open")
        self.make("closed", is_public=False)
        row = self.find("closed")
        assert row is not None
        self.assertIsNone(self.find("closed", visible_to="p"))
        self.assertTrue(self.database.write(lambda c: access.grant(c, row.id, "p")))
        self.assertFalse(self.database.write(lambda c: access.grant(c, row.id, "p")))
        self.assertIsNotNone(self.find("closed", visible_to="p"))
        self.assertIsNone(self.find("closed", visible_to="q"))
        self.assertEqual(["closed", "open"], self.page(project_id="p"))
        self.assertEqual(["open"], self.page(project_id="q"))
        self.assertEqual(["closed"], self.page(is_public=False))
        self.assertTrue(self.database.write(lambda c: access.revoke(c, row.id, "p")))
        self.assertFalse(self.database.write(lambda c: access.revoke(c, row.id, "p")))

    def test_extra_specs_change_under_the_row_lock(self) -> None:
        self.make("a", extra_specs={"x": "1"})

        def change(specs: dict[str, str]) -> None:
            specs["y"] = "2"

        self.database.write(lambda c: store.change_extra_specs(c, "a", change, 9))
        row = self.find("a")
        assert row is not None
        self.assertEqual(({"x": "1", "y": "2"}, 9), (row.extra_specs, row.updated_at))
        none = self.database.write(lambda c: store.change_extra_specs(c, "none", change, 9))
        self.assertIsNone(none)

    def test_removal_takes_the_grants(self) -> None:
        self.make("a", is_public=False)
        row = self.find("a")
        assert row is not None
        self.database.write(lambda c: access.grant(c, row.id, "p"))
        self.assertTrue(self.database.write(lambda c: store.remove(c, "a")))
        self.assertFalse(self.database.write(lambda c: store.remove(c, "a")))
        self.assertEqual([], self.database.read(lambda c: access.projects(c, row.id)))

    def test_seed_twice_is_seed_once(self) -> None:
        made = self.database.write(seed)
        self.assertEqual(made, self.database.write(seed))
        self.assertEqual({name: key for name, key, *_ in STANDARD}, made)
        self.assertEqual(sorted(made.values()), self.page())


@on_every_database
class KeypairStoreTest(StoreCase):
    tree = "global_api"

    def make(self, user_id: str, name: str) -> None:
        values = {
            "user_id": user_id,
            "name": name,
            "type": "ssh",
            "fingerprint": "00",
            "public_key": "k" * 5000,
            "created_at": 1,
        }
        self.database.write(lambda c: keypairs.create(c, values))

    def names(self, *arguments: Any) -> list[str]:
        found = self.database.read(lambda c: keypairs.page(c, "u", *arguments))
        return [each.name for each in found]

    def test_life(self) -> None:
        self.make("u", "a")
        self.make("v", "a")
        with self.assertRaises(keypairs.Taken):
            self.make("u", "a")
        found = self.database.read(lambda c: keypairs.find(c, "u", "a"))
        assert found is not None
        self.assertEqual(("ssh", 5000), (found.facts().type, len(found.public_key)))
        self.assertTrue(self.database.write(lambda c: keypairs.remove(c, "u", "a")))
        self.assertFalse(self.database.write(lambda c: keypairs.remove(c, "u", "a")))
        self.assertIsNotNone(self.database.read(lambda c: keypairs.find(c, "v", "a")))

    def test_order_is_by_bytes_everywhere(self) -> None:
        for name in ("b", "B", "a-1", "a 2", "_c", "a"):
            self.make("u", name)
        expected = sorted(("b", "B", "a-1", "a 2", "_c", "a"))
        self.assertEqual(expected, self.names())
        self.assertEqual(expected[2:4], self.names(expected[1], 2))
