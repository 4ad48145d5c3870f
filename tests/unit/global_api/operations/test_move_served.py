# SPDX-License-Identifier: Apache-2.0
"""Ports and volumes go with their server: bound and attached where it is, and nowhere else."""

from __future__ import annotations

from typing import Any

from nova_cells.cell.db import service_chores
from tests.unit.cell.conductor.test_crashes import UUID
from tests.unit.global_api.operations.served_cells import ServedCellsCase
from tests.unit.global_api.operations.two_cells import EAST, WEST

PORTS = [("given", "here", ["here"]), ("made", "here", ["here"])]


class MoveTest(ServedCellsCase):
    def ends_in(self, cell: str) -> Any:
        """All that services have of it is what its head says there; answers the head."""
        cloud = self.cloud
        world = cloud.west if cell == WEST else cloud.east
        self.assertEqual(cell, cloud.owner()[0])
        head = world.cell.show(UUID)
        self.assertEqual([], cloud.twins.differences(head.document()))
        seen = cloud.twins.seen(head.document())
        self.assertEqual(PORTS, seen["ports"])
        self.assertEqual(
            [("made", "attached", "here"), ("root", "attached", "here")], seen["attachments"]
        )
        here = sorted((volume["id"], head.host) for volume in head.volumes)
        name = "west" if cell == WEST else "east"
        self.assertEqual({"east": [], "west": [], name: here}, cloud.kept())
        return head

    def test_they_go_with_it(self) -> None:
        cloud = self.cloud
        cloud.built()
        before = self.ends_in(EAST)
        operation = cloud.move()
        cloud.run()
        self.assertEqual("done", cloud.operation(operation)["result"])
        after = self.ends_in(WEST)
        self.assertEqual(before.addresses, after.addresses)
        self.assertEqual([n["id"] for n in before.nics], [n["id"] for n in after.nics])
        self.assertEqual(
            [v["delete_on_termination"] for v in before.volumes],
            [v["delete_on_termination"] for v in after.volumes],
        )

    def test_and_back(self) -> None:
        cloud = self.cloud
        cloud.built()
        cloud.move()
        cloud.run()
        cloud.move(to=EAST)
        cloud.run()
        self.ends_in(EAST)

    def test_they_come_back_with_one_that_does_not_start_there(self) -> None:
        cloud = self.cloud
        cloud.built()
        for host in cloud.west.hosts.values():
            host.script = {"power_as_asked": ["refused"] * 9}
        operation = cloud.move(to=WEST)
        cloud.run()
        self.assertEqual("failed", cloud.operation(operation)["result"])
        self.assertEqual("active", self.ends_in(EAST).vm_state)

    def test_they_are_there_when_it_is_unshelved_there(self) -> None:
        cloud = self.cloud
        cloud.built()
        cloud.east.do("shelve", {})
        cloud.listen()
        self.assertEqual("shelved_offloaded", cloud.shown()["vm_state"])
        cloud.move(then={"kind": "unshelve", "arguments": {}})
        cloud.run()
        self.assertEqual("active", self.ends_in(WEST).vm_state)

    def test_what_is_deleted_there_leaves_nothing(self) -> None:
        cloud = self.cloud
        cloud.built()
        cloud.move()
        cloud.run()
        epoch = cloud.owner()[1]
        cloud.west.cell.act(UUID, epoch, "delete", "delete it", {})
        cloud.settle()
        cloud.east.clock.advance(3600)
        cloud.settle()
        twins = cloud.twins
        self.assertEqual([], twins.neutron.ports.of(UUID))
        self.assertIn(twins.given["id"], twins.neutron.ports.known)
        self.assertEqual({}, twins.cinder.attachments)
        self.assertEqual(["root", "spare"], sorted(twins._name(v) for v in twins.cinder.volumes))

    def test_a_late_sweep_where_it_was_takes_nothing(self) -> None:
        """The row there names what it had: it is another cell's by now."""
        cloud = self.cloud
        cloud.built()
        cloud.move()
        cloud.run()
        east = cloud.east
        now = east.clock()
        east.database.write(lambda c: service_chores.sweep(c, UUID, now, now))
        cloud.settle()
        self.assertEqual([], east.rows("service_chores"))
        self.ends_in(WEST)
