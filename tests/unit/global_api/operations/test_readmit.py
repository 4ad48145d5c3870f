# SPDX-License-Identifier: Apache-2.0
"""A cell that was not believed for a while, or is an older copy of itself, is so again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from nova_cells.cell.db.tables import metadata
from tests.unit.cell.conductor.test_crashes import UUID
from tests.unit.global_api.operations.two_cells import EAST, WEST, TwoCells, TwoCellsCase


class Backup:
    """All that a cell's database had at a moment."""

    def __init__(self, world: Any) -> None:
        self._world = world
        tables = metadata.sorted_tables
        self._rows = world.database.read(
            lambda c: [(t, [dict(r._mapping) for r in c.execute(select(t))]) for t in tables]
        )

    def put_back(self) -> None:
        """The conductor begins anew with it; hosts are as they are."""

        def work(connection: Any) -> None:
            for table, _rows in reversed(self._rows):
                connection.execute(table.delete())
            for table, rows in self._rows:
                if rows:
                    connection.execute(table.insert(), rows)

        self._world.database.write(work)
        self._world.reborn()
        for host in self._world.hosts.values():
            host.generations.clear()
            host.register()


class Case(TwoCellsCase):
    def saved(self) -> Backup:
        self.cloud.built()
        return Backup(self.cloud.east)

    def readmit(self, cell: str = EAST) -> Any:
        cloud: TwoCells = self.cloud
        operation = cloud.worker.operations.readmit(cell)
        cloud.run()
        return cloud.operation(operation)

    def living(self, world: Any) -> list[str]:
        return [row["uuid"] for row in world.rows("instances") if not row["deleted_at"]]

    def guests(self, world: Any) -> list[str]:
        return [name for name, host in world.hosts.items() if host.machines]


class ReadmitTest(Case):
    def test_what_is_as_it_is_known_is_left_alone(self) -> None:
        self.cloud.built()
        before = self.cloud.east.cell.show(UUID)
        self.assertEqual("done", self.readmit()["result"])
        self.assertEqual(before.document(), self.cloud.east.cell.show(UUID).document())

    def test_what_left_before_is_let_go(self) -> None:
        cloud, backup = self.cloud, self.saved()
        source = cloud.east.cell.show(UUID).host
        cloud.move()
        cloud.run()
        backup.put_back()
        cloud.east.hosts[source].machines[UUID] = True  # as the copy of its host has it
        cloud.listen()
        self.assertEqual([UUID], self.living(cloud.east))
        self.assertEqual(WEST, cloud.shown()["cell_uuid"], "what the old copy says is not heard")
        self.assertEqual("done", self.readmit()["result"])
        self.assertEqual([], self.living(cloud.east))
        self.assertEqual([], self.guests(cloud.east))
        self.assertEqual([], cloud.east.rows("claims") + cloud.east.rows("addresses"))
        self.assertEqual("active", cloud.west.cell.show(UUID).vm_state)
        self.assertEqual((WEST, cloud.west.cell.show(UUID).epoch), cloud.owner())
        self.assertEqual(1, len(self.guests(cloud.west)))

    def test_it_may_come_back_to_there(self) -> None:
        cloud, backup = self.cloud, self.saved()
        cloud.move()
        cloud.run()
        backup.put_back()
        self.readmit()
        operation = cloud.move(to=EAST)
        cloud.run()
        self.assertEqual("done", cloud.operation(operation)["result"])
        self.assertEqual("active", cloud.east.cell.show(UUID).vm_state)

    def test_what_is_behind_is_heard_again(self) -> None:
        cloud, backup = self.cloud, self.saved()
        for turn in range(2):
            for kind in ("stop", "start"):
                cloud.east.cell.act(UUID, 1, kind, f"{kind} {turn}", {})
                cloud.east.settle()
        cloud.listen()
        known = cloud.shown()["revision"]
        backup.put_back()
        self.assertLess(cloud.east.cell.show(UUID).revision, known)
        cloud.east.cell.act(UUID, 1, "stop", "another stop", {})
        cloud.settle()
        self.assertEqual("active", cloud.shown()["vm_state"], "older than what is known")
        self.assertEqual("done", self.readmit()["result"])
        cloud.settle()
        self.assertEqual(("stopped", 2), (cloud.shown()["vm_state"], cloud.shown()["epoch"]))
        self.assertEqual((EAST, 2), cloud.owner())
        cloud.east.cell.act(UUID, 2, "start", "and a start", {})
        cloud.settle()
        self.assertEqual("active", cloud.shown()["vm_state"])

    def test_what_was_deleted_stays_deleted(self) -> None:
        cloud, backup = self.cloud, self.saved()
        source = cloud.east.cell.show(UUID).host
        cloud.east.cell.act(UUID, 1, "delete", "delete it", {})
        cloud.settle()
        self.assertTrue(cloud.shown()["deleted"])
        backup.put_back()
        cloud.east.hosts[source].machines[UUID] = True
        self.assertEqual("done", self.readmit()["result"])
        self.assertEqual([], self.living(cloud.east) + self.guests(cloud.east))
        self.assertTrue(cloud.shown()["deleted"])

    def test_what_was_in_hand_there_is_over(self) -> None:
        """The copy was made while the server was on its way."""
        cloud = self.cloud
        cloud.built()
        cloud.move()
        cloud.handles[WEST].away = True
        for _ in range(3):
            cloud.step()
        backup = Backup(cloud.east)
        self.assertEqual("depart", cloud.east.open_operations()[0]["kind"])
        cloud.handles[WEST].away = False
        cloud.run()
        backup.put_back()
        self.assertEqual("done", self.readmit()["result"])
        cloud.settle()
        self.assertEqual([], self.living(cloud.east) + self.guests(cloud.east))
        self.assertEqual([], cloud.east.open_operations())

    def test_a_host_that_is_down_owes_what_it_has(self) -> None:
        cloud, backup = self.cloud, self.saved()
        source = cloud.east.hosts[cloud.east.cell.show(UUID).host]
        cloud.move()
        cloud.run()
        backup.put_back()
        source.machines[UUID] = True
        source.alive = False
        cloud.east.cell.update_host(source.name, {"forced_down": True})
        operation = cloud.worker.operations.readmit(EAST)
        while cloud.operation(operation)["open"]:
            cloud.step()
        self.assertEqual(1, len(cloud.east.rows("debts")))
        cloud.settle()
        self.assertEqual([], self.guests(cloud.east) + cloud.east.rows("debts"))

    def arriving(self, stage: str) -> Backup:
        """A copy of the west made while a server was on its way there, as far as that."""
        cloud = self.cloud
        cloud.built()
        operation = cloud.move()
        while True:
            cloud.step(0.2)
            found = [row["arguments"].get("stage") for row in cloud.west.open_operations()]
            if found == [stage]:
                return Backup(cloud.west)
            self.assertTrue(cloud.operation(operation)["open"])

    def test_what_had_come_before_is_its_own(self) -> None:
        cloud, backup = self.cloud, self.arriving("runs")
        cloud.run()
        backup.put_back()
        self.assertEqual([], cloud.west.cell.heads("", 10))
        self.assertEqual("done", self.readmit(WEST)["result"])
        cloud.settle()
        self.assertEqual([], cloud.west.open_operations())
        self.assertEqual("active", cloud.west.cell.show(UUID).vm_state)
        self.assertEqual(1, len(self.guests(cloud.west)))

    def test_what_did_not_come_after_all_is_called_off(self) -> None:
        cloud = self.cloud
        for host in cloud.west.hosts.values():
            host.script = {"take_over_machine": ["refused"] * 9}
        backup = self.arriving("ready")
        cloud.run()
        self.assertEqual(EAST, cloud.owner()[0])
        backup.put_back()
        self.assertEqual("done", self.readmit(WEST)["result"])
        cloud.settle()
        self.assertEqual([], cloud.west.open_operations() + cloud.west.rows("claims"))
        self.assertEqual([], cloud.west.rows("addresses") + self.guests(cloud.west))
        self.assertEqual("active", cloud.east.cell.show(UUID).vm_state)

    def test_one_that_had_not_come_yet_keeps_its_guest(self) -> None:
        cloud, backup = self.cloud, self.arriving("ready")
        cloud.run()
        backup.put_back()
        operation = cloud.worker.operations.readmit(WEST)
        while cloud.operation(operation)["open"]:
            cloud.step()
        self.assertEqual("done", cloud.operation(operation)["result"])
        self.assertEqual(1, len(self.guests(cloud.west)))
        self.assertEqual(WEST, cloud.shown()["cell_uuid"])

    def test_a_cell_that_does_not_answer_is_waited_for(self) -> None:
        cloud, backup = self.cloud, self.saved()
        cloud.move()
        cloud.run()
        backup.put_back()
        cloud.handles[EAST].away = True
        operation = cloud.worker.operations.readmit(EAST)
        for _ in range(5):
            cloud.step()
        self.assertTrue(cloud.operation(operation)["open"])
        cloud.handles[EAST].away = False
        cloud.run()
        self.assertEqual([], self.living(cloud.east))
