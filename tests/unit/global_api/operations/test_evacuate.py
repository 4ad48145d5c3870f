# SPDX-License-Identifier: Apache-2.0
"""Servers of a cell that is declared dead run elsewhere, and its return changes nothing of that."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert

from nova_cells.global_api import cell_states, wishes
from nova_cells.global_api.db.tables.wishes import wishes as table
from nova_cells.global_api.faults import Conflict
from nova_cells.global_api.operations import draining
from tests.unit.cell.conductor.test_crashes import IMAGE, UUID
from tests.unit.global_api.operations.served_cells import ServedCellsCase
from tests.unit.global_api.operations.test_drain import SERVERS
from tests.unit.global_api.operations.two_cells import EAST, WEST, TwoCellsCase

OTHER_IMAGE = "99999999-0000-4000-8000-000000000009"


class Case(TwoCellsCase):
    def evacuated(self, **wish: Any) -> Any:
        operation = self.cloud.worker.operations.evacuate(UUID, **wish)
        self.cloud.run()
        return self.cloud.operation(operation)

    def living(self, world: Any) -> list[str]:
        return [row["uuid"] for row in world.rows("instances") if not row["deleted_at"]]

    def guests(self, world: Any) -> list[str]:
        return [name for name, host in world.hosts.items() if host.machines]


class EvacuateTest(Case):
    def test_it_runs_in_the_other_cell(self) -> None:
        cloud = self.cloud
        cloud.built()
        before = cloud.east.cell.show(UUID)
        cloud.fenced()
        self.assertEqual("done", self.evacuated()["result"])
        after = cloud.west.cell.show(UUID)
        self.assertEqual(("active", None, 1), (after.vm_state, after.task_state, after.power_state))
        self.assertEqual((before.addresses, before.name), (after.addresses, after.name))
        self.assertEqual(before.home_generation + 1, after.home_generation)
        self.assertEqual((WEST, after.epoch), cloud.owner())
        self.assertEqual((WEST, after.host), (cloud.shown()["cell_uuid"], cloud.shown()["host"]))
        self.assertEqual(1, len(self.guests(cloud.west)))

    def test_the_cell_that_returns_lets_go(self) -> None:
        cloud = self.cloud
        cloud.built()
        cloud.fenced()
        self.evacuated()
        returned = cloud.back()
        for host in cloud.east.hosts.values():
            host.alive = True
        cloud.run()
        self.assertEqual("done", cloud.operation(returned)["result"])
        self.assertEqual([], self.living(cloud.east) + self.guests(cloud.east))
        self.assertEqual([], cloud.east.rows("claims") + cloud.east.rows("addresses"))
        self.assertEqual([UUID], self.living(cloud.west))
        self.assertEqual(WEST, cloud.shown()["cell_uuid"])
        self.assertEqual("active", cloud.shown()["vm_state"])
        cloud.move(to=EAST)
        cloud.run()
        self.assertEqual("active", cloud.east.cell.show(UUID).vm_state)

    def test_a_cell_that_returns_in_between_keeps_it(self) -> None:
        """Before the flip it is its own, and what was made elsewhere goes."""
        cloud = self.cloud
        cloud.built()
        cloud.fenced()
        operation = cloud.worker.operations.evacuate(UUID)
        while cloud.west.open_operations() == []:
            cloud.step()
        cloud.back()
        cloud.run()
        self.assertEqual("failed", cloud.operation(operation)["result"])
        self.assertEqual([], self.living(cloud.west) + self.guests(cloud.west))
        self.assertEqual([], cloud.west.rows("claims") + cloud.west.rows("addresses"))
        self.assertEqual((EAST, "active"), (cloud.owner()[0], cloud.shown()["vm_state"]))

    def test_a_cell_that_is_not_fenced_is_refused(self) -> None:
        cloud = self.cloud
        cloud.built()
        for state in (cell_states.ENABLED, cell_states.DRAINING, cell_states.RESTORED):
            cloud.say(EAST, state)
            with self.assertRaisesRegex(Conflict, "not fenced: move the server"):
                cloud.worker.operations.evacuate(UUID)

    def test_one_that_nobody_knows_the_wish_of_is_refused(self) -> None:
        cloud = self.cloud
        cloud.built()
        cloud.database.write(lambda c: c.execute(delete(table)))
        cloud.fenced()
        with self.assertRaisesRegex(Conflict, "not known outside"):
            cloud.worker.operations.evacuate(UUID)

    def test_one_that_was_rebuilt_is_made_from_its_new_image(self) -> None:
        cloud = self.cloud
        cloud.built()
        known = cloud.east.cell.show(UUID).image_id
        new = {**cloud.east.wish.image.document(), "id": OTHER_IMAGE}
        asked = {"image": new, "boot_images": {}, "personality": []}
        cloud.database.write(lambda c: wishes.expect_rebuild(c, UUID, known, asked))
        cloud.east.do("rebuild", {**asked, "fields": {}})
        cloud.listen()
        cloud.fenced()
        self.assertEqual("done", self.evacuated()["result"])
        self.assertEqual(new["id"], cloud.west.cell.show(UUID).image_id)
        self.assertEqual(new["id"], cloud.west.cell.wish(UUID).image.id)

    def test_a_rebuild_that_was_not_written_down_is_refused(self) -> None:
        cloud = self.cloud
        cloud.built()
        new = {**cloud.east.wish.image.document(), "id": OTHER_IMAGE}
        cloud.east.do("rebuild", {"image": new, "fields": {}})
        cloud.listen()
        cloud.fenced()
        with self.assertRaisesRegex(Conflict, "image that the server has now"):
            cloud.worker.operations.evacuate(UUID)

    def test_one_that_is_off_stays_off(self) -> None:
        cloud = self.cloud
        cloud.built()
        cloud.east.do("stop", {})
        cloud.listen()
        cloud.fenced()
        self.evacuated()
        after = cloud.west.cell.show(UUID)
        self.assertEqual(("stopped", 4), (after.vm_state, after.power_state))

    def test_one_that_is_offloaded_can_be_unshelved_there(self) -> None:
        cloud = self.cloud
        cloud.built()
        cloud.east.do("shelve", {"new_image": IMAGE})
        cloud.listen()
        cloud.fenced()
        self.evacuated()
        after = cloud.west.cell.show(UUID)
        self.assertEqual(("shelved_offloaded", None), (after.vm_state, after.host))
        cloud.west.cell.act(UUID, cloud.owner()[1], "unshelve", "unshelve it", {})
        cloud.settle()
        self.assertEqual("active", cloud.west.cell.show(UUID).vm_state)

    def test_no_room_leaves_it_where_it_is_known(self) -> None:
        cloud = self.cloud
        cloud.built()
        cloud.fenced()
        for name in cloud.west.hosts:
            cloud.west.cell.update_host(name, {"enabled": False})
        self.assertEqual("failed", self.evacuated()["result"])
        self.assertEqual((EAST, "active"), (cloud.owner()[0], cloud.shown()["vm_state"]))
        self.assertEqual([], cloud.west.rows("addresses"))
        for name in cloud.west.hosts:
            cloud.west.cell.update_host(name, {"enabled": True})
        self.assertEqual("done", self.evacuated()["result"])

    def test_no_password_is_kept(self) -> None:
        self.cloud.built(admin_password="Hush-Hush")
        [row] = self.cloud.rows(table)
        self.assertNotIn("Hush-Hush", repr(row))


class CellTest(Case):
    def test_all_leave_and_none_is_listed_twice(self) -> None:
        cloud = self.cloud
        for uuid in SERVERS:
            cloud.built(uuid=uuid)
        cloud.fenced()
        operation = cloud.worker.operations.drain(EAST, evacuates=True)
        cloud.run()
        self.assertEqual("done", cloud.operation(operation)["result"])
        self.assertEqual(sorted(SERVERS), sorted(self.living(cloud.west)))
        for host in cloud.east.hosts.values():
            host.alive = True
        cloud.back()
        cloud.run()
        self.assertEqual([], self.living(cloud.east) + self.guests(cloud.east))
        self.assertEqual({WEST}, {cloud.shown(uuid)["cell_uuid"] for uuid in SERVERS})

    def test_what_can_not_leave_is_named(self) -> None:
        cloud = self.cloud
        cloud.built()
        known = [dict(row) for row in cloud.rows(table)]
        cloud.database.write(lambda c: c.execute(delete(table)))
        cloud.fenced()
        cloud.worker.operations.drain(EAST, evacuates=True)
        for _ in range(4):
            cloud.step()
        standing = cloud.database.read(lambda c: draining.standing(c, EAST, cloud.clock()))
        self.assertIn("not known outside", standing.stuck[UUID])
        cloud.database.write(lambda c: c.execute(insert(table), known))
        cloud.run()
        self.assertEqual(WEST, cloud.owner()[0])

    def test_it_pauses_and_ends_when_the_cell_is_believed(self) -> None:
        cloud = self.cloud
        cloud.built()
        cloud.fenced()
        operation = cloud.worker.operations.drain(EAST, evacuates=True)
        cloud.database.write(lambda c: draining.pause(c, EAST, cloud.clock(), paused=True))
        cloud.jobs.clear()
        cloud.reborn()
        for _ in range(4):
            cloud.step()
        self.assertEqual(EAST, cloud.owner()[0])
        cloud.back()
        cloud.run()
        self.assertEqual("failed", cloud.operation(operation)["result"])
        self.assertEqual(EAST, cloud.owner()[0])


class ServedTest(ServedCellsCase):
    def test_ports_and_volumes_are_where_it_is(self) -> None:
        cloud = self.cloud
        cloud.built()
        before = cloud.east.cell.show(UUID)
        cloud.fenced()
        operation = cloud.worker.operations.evacuate(UUID)
        cloud.run()
        self.assertEqual("done", cloud.operation(operation)["result"])
        self.there(before)
        for host in cloud.east.hosts.values():
            host.alive = True
        cloud.back()
        cloud.run()
        cloud.east.clock.advance(3600)
        cloud.settle()
        self.there(before)
        self.assertEqual([], cloud.kept()["east"])

    def there(self, before: Any) -> None:
        cloud = self.cloud
        head = cloud.west.cell.show(UUID)
        self.assertEqual([], cloud.twins.differences(head.document()))
        seen = cloud.twins.seen(head.document())
        self.assertEqual([("given", "here", ["here"]), ("made", "here", ["here"])], seen["ports"])
        self.assertEqual(
            [("made", "attached", "here"), ("root", "attached", "here")], seen["attachments"]
        )
        self.assertEqual(before.addresses, head.addresses)
        self.assertEqual([n["id"] for n in before.nics], [n["id"] for n in head.nics])
