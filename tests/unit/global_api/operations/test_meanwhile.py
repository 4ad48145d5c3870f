# SPDX-License-Identifier: Apache-2.0
"""What users do to a server that is on its way, and what was promised them before."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.index.server_index import ServerIndex
from nova_cells.global_api.router.deletion import Deletion
from nova_cells.global_api.router.deliveries import Deliveries
from nova_cells.runtime.context import RequestContext
from tests.unit.cell.conductor.test_crashes import UUID
from tests.unit.global_api.operations.two_cells import EAST, WEST, TwoCellsCase

USER = RequestContext(project_id="p", user_id="u", request_id="req-1")


class MeanwhileTest(TwoCellsCase):
    def setUp(self) -> None:
        super().setUp()
        self.cloud.built()
        cloud: Any = self.cloud
        self.index = ServerIndex(cloud.database, lambda uuid: True)
        self.deletion = Deletion(cloud.database, cloud, timeout=5.0, clock=cloud.clock)
        self.deliveries = Deliveries(cloud.database, cloud, interval=1.0, clock=cloud.clock)

    def row(self) -> IndexRow:
        row = self.index.get(UUID)
        assert row is not None
        return row

    def go(self) -> None:
        """It has left, and has not arrived."""
        self.cloud.move()
        self.cloud.handles[WEST].away = True
        self.cloud.step()
        self.cloud.step()
        self.assertEqual("depart", self.cloud.east.open_operations()[0]["kind"])
        self.cloud.handles[WEST].away = False

    def end(self) -> None:
        """All that is promised is kept."""
        for _ in range(30):
            if self.cloud.open_operations():
                self.cloud.step()
                self.deliveries.round()
        self.cloud.settle()

    def test_a_delete_of_one_on_its_way_is_done_where_it_arrives(self) -> None:
        self.go()
        self.deletion.delete(USER, self.row())
        self.assertEqual("deleting", self.row().document["task_state"])
        self.end()
        self.assertTrue(self.row().deleted)
        self.assertEqual([], self.cloud.west.rows("claims") + self.cloud.east.rows("claims"))

    def test_a_delete_that_knows_the_old_owner_is_done_by_the_new_one(self) -> None:
        before = self.row()
        self.cloud.move()
        self.cloud.run()
        self.deletion.delete(USER, before)
        self.end()
        self.assertTrue(self.row().deleted)
        self.assertEqual([], self.cloud.west.rows("claims"))

    def test_a_promise_follows_the_server(self) -> None:
        self.cloud.handles[EAST].away = True
        self.deletion.delete(USER, self.row())
        self.cloud.handles[EAST].away = False
        self.cloud.move()
        while self.cloud.owner()[0] == EAST:
            self.cloud.step()
        self.end()
        self.assertTrue(self.row().deleted)
        self.assertEqual([], self.cloud.west.rows("claims"))
