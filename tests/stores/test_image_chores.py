# SPDX-License-Identifier: Apache-2.0
"""The list of work with images, each rule on each database."""

from __future__ import annotations

from nova_cells.cell.db import image_chores
from tests.stores.base import on_every_database
from tests.stores.test_cell_stores import CellStoreCase

IMAGE = {"id": "33333333-3333-4333-8333-333333333333", "name": "na\u00efve \U0001f600"}
OTHER = {"id": "44444444-4444-4444-8444-444444444444", "name": "other"}
HOST = "h" * 255


@on_every_database
class ImageChoresTest(CellStoreCase):
    def due(self, now: int, most: int = 10) -> list[str]:
        return [row.kind for row in self.read(image_chores.LIST.due, now, most)]

    def test_the_same_work_asked_for_twice_is_done_once_and_from_now(self):
        self.write(image_chores.discard, IMAGE["id"], 100)
        [row] = self.read(image_chores.LIST.due, 100, 10)
        self.assertTrue(self.write(image_chores.LIST.take, row, 160))
        self.assertEqual([], self.due(159))
        self.write(image_chores.discard, IMAGE["id"], 120)
        self.assertEqual(["discard"], self.due(120))
        self.write(image_chores.LIST.done, row.id, 1)
        self.assertEqual(["discard"], self.due(120), "asked for again meanwhile")
        self.write(image_chores.LIST.done, row.id, 0)
        self.assertEqual([], self.due(1000))

    def test_one_of_many_takes_it(self):
        self.write(image_chores.discard, IMAGE["id"], 100)
        [row] = self.read(image_chores.LIST.due, 100, 10)
        self.assertEqual(
            [True, False], [self.write(image_chores.LIST.take, row, 160) for _ in range(2)]
        )
        [again] = self.read(image_chores.LIST.due, 160, 10)
        self.assertEqual(1, again.tries)
        self.write(image_chores.LIST.postpone, again.id, 500)
        self.assertEqual((0, 1), (len(self.due(499)), len(self.due(500))))

    def test_each_kind_of_backup_of_each_server_is_rotated_for_itself(self):
        told = {"owner": "p", "instance": "i", "backup_type": "daily", "keep": 2}
        for change in ({}, {"keep": 1}, {"backup_type": "\U0001f600" * 255}, {"instance": "j"}):
            self.write(image_chores.rotate, {**told, **change}, 100)
        found = [row.document for row in self.read(image_chores.LIST.due, 100, 10)]
        self.assertEqual([1, 2, 2], sorted(document["keep"] for document in found))

    def test_hosts_fetch_images(self):
        self.write(image_chores.cache, ["a", HOST], [IMAGE, OTHER], 100)
        self.assertEqual(4, self.read(image_chores.left_to_cache))
        for row in self.read(image_chores.LIST.due, 100, 10):
            self.write(image_chores.LIST.postpone, row.id, 900)
        self.write(image_chores.hurry, 200)
        self.assertEqual(4, len(self.due(200)))
        self.assertEqual(3, len(self.due(200, 3)))
        self.write(image_chores.LIST.done, image_chores.name_of("cache", (HOST, IMAGE["id"])))
        self.assertEqual(3, self.read(image_chores.left_to_cache))
        self.write(image_chores.cache, [], [IMAGE], 100)
