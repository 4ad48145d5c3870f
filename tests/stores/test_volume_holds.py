# SPDX-License-Identifier: Apache-2.0
"""What may have been taken in the volume service, each rule on each database."""

from __future__ import annotations

import uuid

from nova_cells.global_api.volumes import holds
from nova_cells.global_api.volumes.holds import Hold
from tests.stores.base import StoreCase, on_every_database

SERVER = str(uuid.uuid4())


@on_every_database
class VolumeHoldsTest(StoreCase):
    tree = "global_api"

    def write(self, work, *arguments):
        return self.database.write(lambda connection: work(connection, *arguments))

    def due(self, now: int, most: int = 10) -> list[Hold]:
        return self.database.read(lambda connection: holds.due(connection, now, most))

    def hold(self, at: int, **about: object) -> Hold:
        made = Hold(str(uuid.uuid4()), SERVER, {"kind": holds.BOOT, **about}, at)
        self.write(holds.add, [made])
        return made

    def test_the_oldest_first(self):
        late, soon = self.hold(200), self.hold(100, made=[0, 1])
        self.assertEqual([], self.due(99))
        self.assertEqual([soon], self.due(100))
        self.assertEqual([soon, late], self.due(200))
        self.assertEqual([soon], self.due(200, 1))

    def test_one_of_many_takes_it(self):
        hold = self.hold(100)
        self.assertEqual([True, False], [self.write(holds.take, hold, 160) for _ in range(2)])
        self.assertEqual([], self.due(159))
        self.write(holds.wake, [hold.key], 300)
        (again,) = self.due(300)
        self.assertEqual(1, again.tries)
        self.assertEqual([1, 0], [self.write(holds.drop, [hold.key]) for _ in range(2)])

    def test_a_server_that_ended_without_a_cell(self):
        self.write(holds.ended, SERVER, [], 100)
        self.assertEqual([], self.due(100))
        volumes = [{"id": "a", "delete_on_termination": True}, {"id": "b"}]
        for _twice in range(2):
            self.write(holds.ended, SERVER, volumes, 100)
        (hold,) = self.due(100)
        self.assertEqual(
            (SERVER, {"kind": holds.ENDED, "volumes": ["a"]}), (hold.key, hold.document)
        )
