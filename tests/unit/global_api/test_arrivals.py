# SPDX-License-Identifier: Apache-2.0
"""What is asked of a server while an operator moves it is done where it arrives, or returns."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api import arrivals
from nova_cells.global_api.actions import OwnActions
from nova_cells.global_api.arrivals import Arrivals
from nova_cells.global_api.commands import ServerCommands
from nova_cells.global_api.faults import Conflict
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.index.server_index import ServerIndex
from nova_cells.global_api.queued_changes import QueuedChanges
from nova_cells.global_api.router.deletion import Deletion
from nova_cells.global_api.unplaced import Unplaced
from nova_cells.runtime.context import RequestContext
from tests.unit.cell.conductor.test_crashes import UUID
from tests.unit.global_api.operations.two_cells import EAST, WEST, TwoCellsCase

USER = RequestContext(project_id="p", user_id="u", request_id="req-1")


class ArrivalsTest(TwoCellsCase):
    def setUp(self) -> None:
        super().setUp()
        self.cloud.built()
        self.looks = 0
        self.index = ServerIndex(self.cloud.database, lambda uuid: True)
        self.commands = self.made(patience=60.0)

    def made(self, *, patience: float) -> ServerCommands:
        cloud = self.cloud
        self.waiting = Arrivals(cloud.database, self.index, patience=patience, sleep=self.step)
        return ServerCommands(
            self.index,
            cloud,
            Deletion(cloud.database, cloud, timeout=5.0, clock=cloud.clock),
            Unplaced(cloud.database, self.index, clock=cloud.clock),
            OwnActions(cloud.database),
            QueuedChanges(cloud.database, clock=cloud.clock),
            self.waiting,
            timeout=5.0,
        )

    def step(self, _seconds: float) -> None:
        """Time passes while a request waits."""
        self.looks += 1
        self.cloud.step()
        self.cloud.listen()

    def row(self) -> IndexRow:
        row = self.index.get(UUID)
        assert row is not None
        return row

    def go(self) -> None:
        """It is held by the source, and the destination has not been asked."""
        self.cloud.move()
        self.cloud.handles[WEST].away = True
        self.step(0)
        self.step(0)
        self.assertEqual("depart", self.cloud.east.open_operations()[0]["kind"])
        self.cloud.handles[WEST].away = False
        self.looks = 0

    def stop(self, row: IndexRow) -> Any:
        return self.commands.act(USER, row, "stop", {})

    def test_an_action_is_begun_where_the_server_arrives(self) -> None:
        self.go()
        self.assertEqual("powering-off", self.stop(self.row())["task_state"])
        self.assertEqual((WEST, True), (self.cloud.owner()[0], self.looks > 1))
        self.cloud.run()
        self.assertEqual("stopped", self.cloud.west.cell.show(UUID).vm_state)

    def test_a_change_of_metadata_as_well(self) -> None:
        self.go()
        changed = self.commands.amend(USER, self.row(), {"metadata_set": {"a": "b"}})
        self.assertEqual({"a": "b"}, changed["metadata"])
        self.assertEqual({"a": "b"}, self.cloud.west.cell.show(UUID).metadata)

    def test_or_where_it_returns_to(self) -> None:
        self.go()
        for host in self.cloud.west.hosts.values():
            host.script = {"receive_machine": ["refused"] * 9}
        self.stop(self.row())
        self.assertEqual(EAST, self.cloud.owner()[0])
        self.cloud.east.settle()
        self.assertEqual("stopped", self.cloud.east.cell.show(UUID).vm_state)

    def test_nobody_waits_longer_than_is_reasonable(self) -> None:
        self.go()
        self.cloud.handles[WEST].away = True
        self.commands = self.made(patience=1.0)
        with self.assertRaises(Conflict) as caught:
            self.stop(self.row())
        self.assertIn("resize_migrating", caught.exception.message)
        self.assertEqual(5, self.looks)

    def test_nor_where_many_wait_already(self) -> None:
        self.go()
        for _ in range(arrivals.MOST):
            self.waiting._places.acquire()
        with self.assertRaises(Conflict):
            self.stop(self.row())
        self.assertEqual(0, self.looks)

    def test_what_has_nothing_to_do_with_a_move_is_refused_at_once(self) -> None:
        self.stop(self.row())
        with self.assertRaises(Conflict):
            self.stop(self.row())
        self.assertEqual(0, self.looks)
