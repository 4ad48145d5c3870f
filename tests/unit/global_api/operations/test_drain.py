# SPDX-License-Identifier: Apache-2.0
"""A drain: everything leaves, so many at a time; what can't is named, and goes when it can."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from sqlalchemy import insert, update

from nova_cells.global_api import cell_states
from nova_cells.global_api.db.tables.cells import cells
from nova_cells.global_api.db.tables.operations import journal
from nova_cells.global_api.operations import draining
from tests.unit.cell.conductor.test_crashes import UUID
from tests.unit.global_api.operations.two_cells import EAST, TwoCells, TwoCellsCase

SERVERS = [UUID, *(f"5555555{n}-0000-4000-8000-000000000000" for n in range(3))]


def begin_drain(cloud: TwoCells) -> str:
    """The east is to be emptied."""
    row = {"uuid": EAST, "name": "east", "transport_url": "local://", "rules": {}, "mark": 0}
    row |= {"state": cell_states.DRAINING, "generation": 1, "created_at": 1}
    cloud.database.write(lambda c: c.execute(insert(cells), row))
    return cloud.worker.operations.drain(EAST)


class DrainTest(TwoCellsCase):
    def drained(self, *, servers: int = 4) -> str:
        for uuid in SERVERS[:servers]:
            self.cloud.built(uuid=uuid)
        return begin_drain(self.cloud)

    def standing(self) -> Any:
        now = self.cloud.clock()
        return self.cloud.database.read(lambda c: draining.standing(c, EAST, now))

    def test_everything_leaves_a_few_at_a_time(self) -> None:
        cloud, operation, most = self.cloud, self.drained(), 0
        while cloud.operation(operation)["open"]:
            cloud.step()
            most = max(most, len(self.standing().moving))
        cloud.settle()
        self.assertEqual("done", cloud.operation(operation)["result"])
        self.assertLessEqual(most, 2)
        self.assertEqual([], cloud.east.rows("claims"))
        self.assertEqual(4, len(cloud.west.cell.heads("", 10)))

    def test_the_same_again_is_the_same_drain(self) -> None:
        operation = self.drained(servers=1)
        self.assertEqual(operation, self.cloud.worker.operations.drain(EAST))

    def test_it_pauses_and_goes_on(self) -> None:
        cloud, operation = self.cloud, self.drained(servers=2)
        cloud.reborn()  # what the first look was to begin is not begun yet
        cloud.database.write(lambda c: draining.pause(c, EAST, cloud.clock(), paused=True))
        for _ in range(5):
            cloud.step()
        self.assertEqual(2, len(self.standing().ready))
        cloud.database.write(lambda c: draining.pause(c, EAST, cloud.clock(), paused=False))
        cloud.run()
        self.assertEqual("done", cloud.operation(operation)["result"])

    def test_it_is_given_up_by_opening_the_cell(self) -> None:
        cloud, operation = self.cloud, self.drained(servers=1)
        opened = update(cells).values(state=cell_states.ENABLED)
        cloud.database.write(lambda c: c.execute(opened))
        cloud.run()
        self.assertEqual("failed", cloud.operation(operation)["result"])
        self.assertEqual(EAST, cloud.owner()[0])

    def test_what_can_not_leave_is_named_and_leaves_later(self) -> None:
        cloud = self.cloud
        cloud.built()
        cloud.east.do("pause", {})
        cloud.listen()
        operation = begin_drain(cloud)
        for _ in range(6):
            cloud.step()
        self.assertIn("paused", self.standing().stuck[UUID])
        cloud.east.do("unpause", {})
        cloud.run()
        self.assertEqual("done", cloud.operation(operation)["result"])
        self.assertEqual("active", cloud.west.cell.show(UUID).vm_state)

    def test_what_was_busy_for_a_moment_is_not_left_alone_for_long(self) -> None:
        cloud = self.cloud
        cloud.built()
        cloud.east.do("pause", {})
        cloud.listen()
        begin_drain(cloud)
        seen: list[int] = []
        for _ in range(120):
            cloud.step(1.0)
            moves = [
                row["finished_at"] for row in cloud.rows(journal.operations) if not row["open"]
            ]
            seen = sorted(moves)
        rests = [(after - before) // 1_000_000 for before, after in pairwise(seen)]
        self.assertLess(rests[0], 10)
        self.assertEqual(rests, sorted(rests))
        self.assertGreater(rests[-1], 3 * rests[0])
