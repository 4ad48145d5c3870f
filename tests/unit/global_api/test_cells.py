# SPDX-License-Identifier: Apache-2.0
"""Tests of the directory of cells: added, changed and removed while everything runs."""

from __future__ import annotations

from nova_cells.global_api.db.tables.cells import cells
from nova_cells.global_api.router.cell_handle import common_versions
from tests.unit.global_api.scripted_cell import ScriptedCell
from tests.unit.global_api.world import World


class CellDirectoryTest(World):
    def test_a_cell_added_later_is_used(self) -> None:
        self.begin()
        east = self.cell("east")
        self.known(east)
        self.assertEqual(east.uuid, self.placed(self.boot()).cell_uuid)

    def test_a_disabled_cell_gets_no_new_server_but_keeps_its_own(self) -> None:
        east, west = self.cell("east"), self.cell("west")
        self.begin()
        self.known(east, west)
        self.change_cell(east, enabled=False)
        self.until(lambda: not self.side.cells.get(east.uuid).row.enabled, "disabled")
        for _ in range(5):
            self.assertEqual(west.uuid, self.placed(self.boot()).cell_uuid)
        self.assertTrue(self.side.cells.fresh(east.uuid))

    def test_a_removed_cell_is_forgotten(self) -> None:
        east = self.cell("east")
        self.begin()
        self.known(east)
        self.database.write(lambda c: c.execute(cells.delete()))
        self.until(lambda: self.side.cells.get(east.uuid) is None, "forgotten")
        self.assertFalse(self.side.cells.fresh(east.uuid))

    def test_a_new_transport_is_followed(self) -> None:
        east = self.cell("east")
        self.begin()
        self.known(east)
        moved = ScriptedCell("moved")
        moved.uuid = east.uuid
        moved.start()
        self.addCleanup(moved.close)
        east.stop()
        self.change_cell(east, transport_url=moved.url)
        self.until(lambda: self.side.cells.get(east.uuid).row.transport_url == moved.url, "seen")
        self.known(east)
        self.placed(self.boot())
        self.assertEqual(1, moved.calls["build"])

    def test_published_facts_are_heard(self) -> None:
        east = self.cell("east", places=7)
        self.begin()
        self.known(east)
        east.places = 3

        def heard() -> bool:
            east.publish_facts()
            facts = self.side.cells.get(east.uuid).facts
            return bool(facts.capacity[0]["shapes"][0]["vcpus"] == 3)

        self.until(heard, "heard")

    def test_a_cell_that_falls_silent_is_not_fresh(self) -> None:
        east = self.cell("east")
        self.begin(router__cell_silence=1.0)
        self.known(east)
        uuid = self.boot()
        self.assertTrue(self.placed(uuid).fresh)
        east.script["facts"] = lambda: 1 / 0
        self.until(lambda: not self.row(uuid).fresh, "stale")
        del east.script["facts"]
        self.until(lambda: self.row(uuid).fresh, "fresh again", 10.0)


class VersionsTest(World):
    def test_peers_are_spoken_to_in_what_all_of_them_know(self) -> None:
        new = {"interfaces": {"cell": ["1.0", "1.10"]}, "objects": {"Instance": "1.2"}}
        old = {"interfaces": {"cell": ["1.0", "1.9"]}, "objects": {"Instance": "1.1"}}
        self.assertEqual(
            {"interfaces": {"cell": ["1.0", "1.9"]}, "objects": {"Instance": "1.1"}},
            common_versions([new, old]),
        )
