# SPDX-License-Identifier: Apache-2.0
"""A move between cells: one owner at any time, one row in the index, nothing left where it was."""

from __future__ import annotations

from typing import Any

from nova_cells.contracts import Refused
from nova_cells.global_api.faults import Conflict
from nova_cells.runtime.context import RequestContext, use
from tests.unit.cell.conductor.test_crashes import IMAGE, UUID
from tests.unit.global_api.operations.two_cells import EAST, WEST, TwoCellsCase


class MoveTest(TwoCellsCase):
    def test_a_server_is_in_the_other_cell_as_it_was(self) -> None:
        cloud = self.cloud
        cloud.built()
        before = cloud.east.cell.show(UUID)
        operation = cloud.operation(cloud.move())
        cloud.run()
        self.assertEqual("done", cloud.operation(operation["id"])["result"])
        after = cloud.west.cell.show(UUID)
        self.assertEqual(("active", None, 1), (after.vm_state, after.task_state, after.power_state))
        self.assertEqual(before.addresses, after.addresses)
        self.assertEqual((WEST, after.epoch), cloud.owner())
        self.assertEqual((WEST, after.epoch), (cloud.shown()["cell_uuid"], cloud.shown()["epoch"]))
        self.assertEqual({}, {n: h.machines for n, h in cloud.east.hosts.items() if h.machines})
        self.assertEqual([], cloud.east.rows("claims") + cloud.east.rows("addresses"))

    def test_what_was_done_before_is_shown_there(self) -> None:
        cloud = self.cloud
        cloud.built()
        for kind in ("stop", "start"):
            for world in (cloud.east, cloud.west):
                world.clock.advance(30)
            with use(RequestContext(request_id=f"req-{kind}", user_id="u")):
                cloud.east.cell.act(UUID, 1, kind, kind, {"a": "word"})
            cloud.east.settle()
        before = [each.document() for each in cloud.east.cell.actions(UUID)]
        events = cloud.east.cell.action(UUID, "req-stop").document()
        cloud.listen()
        cloud.move()
        cloud.run()
        after = [each.document() for each in cloud.west.cell.actions(UUID)]
        self.assertEqual(["migrate", "start", "stop", "create"], [a["action"] for a in after])
        self.assertEqual(before, after[1:])
        self.assertEqual(events, cloud.west.cell.action(UUID, "req-stop").document())
        cloud.move(to=EAST)
        cloud.run()
        shown = [each.action for each in cloud.east.cell.actions(UUID)]
        self.assertEqual(["start", "stop", "create"], shown[-3:], "and none twice")
        self.assertEqual(1, shown.count("create"))

    def test_one_that_is_off_stays_off(self) -> None:
        cloud = self.cloud
        cloud.built()
        cloud.east.do("stop", {})
        cloud.listen()
        cloud.move()
        cloud.run()
        after = cloud.west.cell.show(UUID)
        self.assertEqual(("stopped", 4), (after.vm_state, after.power_state))

    def test_one_that_is_offloaded_is_unshelved_there(self) -> None:
        cloud = self.cloud
        cloud.built()
        cloud.east.do("shelve", {"new_image": IMAGE})
        cloud.listen()
        self.assertEqual("shelved_offloaded", cloud.shown()["vm_state"])
        addresses = cloud.east.cell.show(UUID).addresses
        operation = cloud.move(then={"kind": "unshelve", "arguments": {"host": "w2"}})
        cloud.run()
        self.assertEqual("done", cloud.operation(operation)["result"])
        after = cloud.west.cell.show(UUID)
        self.assertEqual(("active", None, "w2"), (after.vm_state, after.task_state, after.host))
        self.assertEqual(addresses, after.addresses)
        self.assertEqual((WEST, after.epoch), cloud.owner())

    def test_one_that_can_not_be_unshelved_there_stays_offloaded(self) -> None:
        cloud = self.cloud
        cloud.built()
        cloud.east.do("shelve", {"new_image": IMAGE})
        cloud.listen()
        cloud.move(then={"kind": "unshelve", "arguments": {"host": "nobody"}})
        cloud.run()
        self.assertEqual("shelved_offloaded", cloud.west.cell.show(UUID).vm_state)
        self.assertEqual([], cloud.west.rows("claims"))

    def test_what_the_source_still_gets_is_stale(self) -> None:
        cloud = self.cloud
        cloud.built()
        cloud.move()
        cloud.run()
        with self.assertRaises(Refused) as raised:
            cloud.east.cell.act(UUID, 1, "stop", "late", {})
        self.assertEqual("stale_epoch", raised.exception.code)
        self.assertEqual([], cloud.east.cell.heads("", 10))
        self.assertEqual({}, cloud.east.cell.sums())

    def test_it_comes_back_to_where_it_was(self) -> None:
        cloud = self.cloud
        cloud.built()
        cloud.move()
        cloud.run()
        cloud.move(to=EAST)
        cloud.run()
        self.assertEqual("active", cloud.east.cell.show(UUID).vm_state)
        self.assertEqual(EAST, cloud.owner()[0])
        self.assertEqual([], cloud.west.rows("claims"))

    def test_no_room_leaves_it_as_it_was(self) -> None:
        cloud = self.cloud
        cloud.built()
        for name in cloud.west.hosts:
            cloud.west.cell.update_host(name, {"enabled": False})
        operation = cloud.move()
        cloud.run()
        self.assertEqual("failed", cloud.operation(operation)["result"])
        self.assertEqual("active", cloud.east.cell.show(UUID).vm_state)
        self.assertEqual(EAST, cloud.owner()[0])
        self.assertEqual(EAST, cloud.shown()["cell_uuid"])
        self.assertEqual([], cloud.west.rows("instances"))

    def test_a_guest_that_does_not_start_there_starts_here(self) -> None:
        cloud = self.cloud
        cloud.built()
        for host in cloud.west.hosts.values():
            host.script = {"power_as_asked": ["refused"] * 9}
        operation = cloud.move(to=WEST)
        cloud.run()
        self.assertEqual("failed", cloud.operation(operation)["result"])
        self.assertEqual("active", cloud.east.cell.show(UUID).vm_state)
        self.assertEqual(
            [True], [h.machines[UUID] for h in cloud.east.hosts.values() if h.machines]
        )
        self.assertEqual([], cloud.west.rows("claims") + cloud.west.rows("addresses"))

    def test_an_address_in_use_there_is_not_given_twice(self) -> None:
        cloud = self.cloud
        cloud.built()
        address = cloud.east.rows("addresses")[0]["address"]
        other = "99999999-0000-4000-8000-000000000009"
        wish = [{**cloud.west.wish.networks[0], "address": address}]
        assert cloud.west.build(cloud.west.wish.replace(uuid=other, networks=wish)).accepted
        operation = cloud.move()
        cloud.run()
        self.assertEqual("failed", cloud.operation(operation)["result"])
        self.assertIn("address", cloud.operation(operation)["message"])

    def test_a_cell_that_does_not_answer_is_waited_for(self) -> None:
        cloud = self.cloud
        cloud.built()
        operation = cloud.move()
        cloud.step()
        cloud.handles[WEST].away = True
        for _ in range(70):
            cloud.step()
        self.assertTrue(cloud.operation(operation)["open"], "past its deadline too")
        cloud.handles[WEST].away = False
        cloud.run()
        self.assertEqual("failed", cloud.operation(operation)["result"])
        self.assertEqual("active", cloud.east.cell.show(UUID).vm_state)
        self.assertEqual([], cloud.west.rows("instances"))

    def test_one_at_a_time(self) -> None:
        cloud = self.cloud
        cloud.built()
        cloud.move()
        self.assertRaises(Conflict, cloud.move)

    def test_a_host_that_is_lost_after_the_flip_owes_what_it_has(self) -> None:
        cloud = self.cloud
        cloud.built()
        source = cloud.east.hosts[cloud.east.rows("claims")[0]["host"]]

        def lose(_method: str, told: dict[str, Any]) -> None:
            if told.get("word") == "released" and source.alive:
                source.alive = False
                cloud.east.cell.update_host(source.name, {"forced_down": True})

        cloud.handles[EAST].overheard = lose
        operation = cloud.move()
        while cloud.operation(operation)["open"]:
            cloud.step()
        self.assertEqual(1, len(cloud.east.rows("debts")))
        cloud.settle()
        self.assertEqual("done", cloud.operation(operation)["result"])
        self.assertIn("destroy_machine", source.ran, "paid when it was back")
        self.assertEqual([], cloud.east.rows("debts"))
        self.assertFalse(any(host.machines for host in cloud.east.hosts.values()))
