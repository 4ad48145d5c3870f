# SPDX-License-Identifier: Apache-2.0
"""Limits, counters and server groups in the three databases, alone and all at once."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any

from nova_cells.global_api.resources.quota_sets import counts, limits_store
from nova_cells.global_api.resources.quota_sets.limits_store import RESOURCES, QuotaLimits
from nova_cells.global_api.resources.server_groups import store
from tests.stores.base import StoreCase, on_every_database


def all_at_once(number: int, work: Callable[[int], Any]) -> list[Any]:
    """What `work` answered in each of so many threads that began together."""
    results: list[Any] = [None] * number
    barrier = threading.Barrier(number)

    def run(place: int) -> None:
        barrier.wait()
        results[place] = work(place)

    threads = [threading.Thread(target=run, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@on_every_database
class LimitsTest(StoreCase):
    tree = "global_api"

    def effective(self, project: str = "p", user: str = "u") -> dict[str, int]:
        limits = QuotaLimits({**dict.fromkeys(RESOURCES, 1), "cores": 20})
        return self.database.read(lambda c: limits.effective(c, project, user))

    def test_the_nearer_wins(self) -> None:
        self.assertEqual(20, self.effective()["cores"])
        for write, expected in (
            (lambda c: limits_store.set_class_limits(c, "default", {"cores": 30}), 30),
            (lambda c: limits_store.set_project_limits(c, "p", {"cores": 40}), 40),
            (lambda c: limits_store.set_project_limits(c, "p", {"cores": 5}, "u"), 5),
            (lambda c: limits_store.set_project_limits(c, "p", {"cores": 6}, "v"), 5),
            (lambda c: limits_store.set_class_limits(c, "other", {"cores": 1}), 5),
            (lambda c: limits_store.set_project_limits(c, "p", {"cores": -1}, "u"), -1),
            (lambda c: limits_store.drop_project_limits(c, "p", "u"), 40),
            (lambda c: limits_store.drop_project_limits(c, "p"), 30),
        ):
            self.database.write(write)
            self.assertEqual(expected, self.effective()["cores"])
        self.assertEqual(30, self.effective("q")["cores"])

    def test_project_and_user_in_one_look(self) -> None:
        limits = QuotaLimits(dict.fromkeys(RESOURCES, 1))
        self.database.write(lambda c: limits_store.set_project_limits(c, "p", {"ram": 9}))
        self.database.write(lambda c: limits_store.set_project_limits(c, "p", {"ram": 3}, "u"))
        whole, user = self.database.read(lambda c: limits.of_project_and_user(c, "p", "u"))
        self.assertEqual((9, 3), (whole["ram"], user["ram"]))

    def test_the_last_place_is_taken_once(self) -> None:
        def take(_place: int) -> bool:
            return self.database.write(lambda c: counts.take(c, "key_pairs", "u", 5))

        self.assertEqual(5, sum(all_at_once(12, take)))
        self.assertEqual(5, self.database.read(lambda c: counts.used(c, "key_pairs", "u")))
        self.database.write(lambda c: counts.give_back(c, "key_pairs", "u"))
        self.assertTrue(take(0))
        self.assertFalse(take(0))
        unlimited = self.database.write(lambda c: counts.take(c, "key_pairs", "u", -1))
        self.assertTrue(unlimited)

    def test_counter_never_goes_below_nothing(self) -> None:
        self.database.write(lambda c: counts.take(c, "key_pairs", "u", 5))
        for _ in range(2):
            self.database.write(lambda c: counts.give_back(c, "key_pairs", "u"))
        self.assertEqual(0, self.database.read(lambda c: counts.used(c, "key_pairs", "u")))


@on_every_database
class ServerGroupStoreTest(StoreCase):
    tree = "global_api"

    def make(self, **changes: Any) -> store.Group:
        values = {
            "uuid": str(uuid.uuid4()),
            "project_id": "p",
            "user_id": "u",
            "name": "g",
            "policy": "affinity",
            "rules": {},
            "created_at": 1,
            **changes,
        }
        return self.database.write(lambda c: store.create(c, values))

    def find(self, group: store.Group) -> store.Group:
        found = self.database.read(lambda c: store.find(c, group.uuid))
        assert found is not None
        return found

    def test_row_comes_back_as_it_was(self) -> None:
        made = self.make(rules={"max_server_per_host": 2}, name="ü")
        self.assertEqual(made, self.find(made))
        self.assertIsNone(self.database.read(lambda c: store.find(c, "none")))
        self.assertIsNone(self.database.write(lambda c: store.lock_group(c, "none")))

    def test_the_first_pin_holds(self) -> None:
        made = self.make()
        cells = [str(uuid.uuid4()) for _ in range(6)]
        won = all_at_once(
            6, lambda place: self.database.write(lambda c: store.pin(c, made.uuid, cells[place]))
        )
        self.assertEqual(1, sum(won))
        self.assertEqual(cells[won.index(True)], self.find(made).pinned_cell)

    def test_pin_again_and_move(self) -> None:
        made = self.make()

        def pin(*arguments: str) -> bool:
            return self.database.write(lambda c: store.pin(c, made.uuid, *arguments))

        self.assertTrue(pin("a"))
        self.assertTrue(pin("a"))
        self.assertFalse(pin("b"))
        self.assertFalse(pin("b", "c"))
        self.assertTrue(pin("b", "a"))

    def test_members(self) -> None:
        made = self.make()
        self.assertEqual(
            2, self.database.write(lambda c: store.add_members(c, made.uuid, ["a", "b"]))
        )
        self.assertEqual(3, self.database.write(lambda c: store.add_members(c, made.uuid, ["c"])))
        self.assertEqual([made.uuid], self.database.read(lambda c: store.groups_of(c, "a")))
        self.assertEqual([], self.database.read(lambda c: store.groups_of(c, "z")))

    def test_an_emptied_group_may_be_bound_anew(self) -> None:
        made = self.make()
        self.database.write(lambda c: store.add_members(c, made.uuid, ["a", "b"]))
        self.database.write(lambda c: store.pin(c, made.uuid, "cell"))
        self.database.write(lambda c: store.remove_members(c, ["a"]))
        self.assertEqual("cell", self.find(made).pinned_cell)
        self.database.write(lambda c: store.remove_members(c, ["b", "nobody"]))
        self.assertIsNone(self.find(made).pinned_cell)
        self.database.write(lambda c: store.remove_members(c, ["nobody"]))

    def test_the_lock_makes_counting_true(self) -> None:
        made = self.make()

        def join(_place: int) -> bool:
            def work(connection: Any) -> bool:
                assert store.lock_group(connection, made.uuid) is not None
                if store.count_members(connection, made.uuid) >= 3:
                    return False
                store.add_members(connection, made.uuid, [str(uuid.uuid4())])
                return True

            return self.database.write(work)

        self.assertEqual(3, sum(all_at_once(8, join)))

    def test_pages(self) -> None:
        made = [self.make(project_id="p" if number % 2 else "q").uuid for number in range(6)]
        page = self.database.read(lambda c: store.page(c, store.EVERYBODY, 1, 3))
        self.assertEqual(made[1:4], [group.uuid for group in page])
        page = self.database.read(lambda c: store.page(c, "p", 1))
        self.assertEqual(made[3::2], [group.uuid for group in page])
        self.assertEqual([], self.database.read(lambda c: store.page(c, "")))

    def test_removal(self) -> None:
        made = self.make()
        self.database.write(lambda c: store.add_members(c, made.uuid, ["a"]))
        self.assertTrue(self.database.write(lambda c: store.remove(c, made.uuid)))
        self.assertFalse(self.database.write(lambda c: store.remove(c, made.uuid)))
        self.assertEqual([], self.database.read(lambda c: store.groups_of(c, "a")))
