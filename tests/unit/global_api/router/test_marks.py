# SPDX-License-Identifier: Apache-2.0
"""A cell put back from a backup is found out, and what it says is not believed."""

from __future__ import annotations

from nova_cells.global_api import cell_registry
from nova_cells.global_api.faults import CellUnavailable
from tests.unit.global_api.world import World, context


class MarksTest(World):
    def setUp(self) -> None:
        super().setUp()
        self.east = self.cell("east")
        self.begin(router__mark_interval=1.0)
        self.known(self.east)

    def marked(self) -> int:
        marks = self.side.router.marks
        marks.ask(self.side.cells.get(self.east.uuid))
        return self.east.marked

    def state(self) -> str:
        return cell_registry.find(self.database, "east").state

    def test_a_cell_that_forgets_nothing_is_believed(self) -> None:
        before = self.marked()
        self.assertLess(before, self.marked())
        self.assertEqual("enabled", self.state())

    def test_two_routers_ask_at_once(self) -> None:
        first = self.marked()
        self.east.marked = first + 1  # another router was faster; its note comes after ours
        self.marked()
        self.assertEqual("enabled", self.state())

    def test_an_old_backup_is_found_out_and_not_believed(self) -> None:
        uuid = self.boot()
        self.placed(uuid)
        self.east.publish(self.east.change(uuid, vm_state="active", task_state=None))
        self.marked()
        self.marked()
        self.east.marked = 0
        self.east.publisher = "restarted"
        self.east.publish_facts()
        self.until(lambda: self.state() == "restored", "found out")
        self.until(lambda: not self.side.cells.get(self.east.uuid).believed, "noticed everywhere")
        stale = self.east.change(uuid, name="from the backup")
        bus = self.side.cells.get(self.east.uuid)
        self.assertFalse(bus.answers)
        taken = self.side._changes(bus).changes(self.east.uuid, [stale])
        self.assertEqual([], taken)
        self.assertNotEqual("from the backup", self.row(uuid).document["name"])
        with self.assertRaises(CellUnavailable):
            self.side.commands.act(context(), self.row(uuid), "stop", {})
        self.assertEqual(0, self.east.calls["act"])

    def test_it_is_served_again_when_an_operator_says_so(self) -> None:
        cell_registry.change(self.database, "east", state="restored")
        self.until(lambda: not self.side.cells.get(self.east.uuid).answers, "closed")
        cell_registry.change(self.database, "east", state="enabled")
        self.until(lambda: self.side.cells.get(self.east.uuid).answers, "open again")
