# SPDX-License-Identifier: Apache-2.0
"""Tests of the directory of cells: added, changed and removed while everything runs."""

from __future__ import annotations

import tempfile
import uuid as uuids
from pathlib import Path
from typing import Any

from nova_cells.global_api.db.tables.cells import cells
from nova_cells.global_api.router.cell_handle import common_versions
from nova_cells.global_api.side import GlobalSide
from tests.unit.global_api.scripted_cell import ScriptedCell
from tests.unit.global_api.world import World, configuration


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
        self.change_cell(east, state="disabled")
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


class StrangersTest(World):
    def make_side(self, **overrides: Any) -> GlobalSide:
        return GlobalSide(configuration(**overrides), self.database, images=None, deployment="ours")

    def refused(self, cell: ScriptedCell) -> str:
        self.begin()
        handle = self.side.cells.get(cell.uuid)
        self.until(lambda: handle.stranger, "refused")
        self.assertFalse(handle.known or handle.answers)
        item = cell.host("stolen-1")
        taken = self.side._changes(handle).changes(cell.uuid, [item], cell.deployment)
        self.assertEqual([], taken)
        return str(handle.stranger)

    def test_a_cell_of_another_deployment_is_refused(self) -> None:
        east = self.cell("east")
        east.deployment = "theirs"
        self.assertIn("'theirs'", self.refused(east))

    def test_two_cells_on_one_bus_are_refused(self) -> None:
        east = self.cell("east")
        real, east.uuid = east.uuid, str(uuids.uuid4())
        east.deployment = "ours"
        spoken = east.uuid
        self.addCleanup(setattr, east, "uuid", spoken)
        self.begin()
        handle = self.side.cells.get(real)
        self.until(lambda: handle.stranger, "refused")
        self.assertIn(spoken, handle.stranger)

    def test_one_of_ours_is_believed(self) -> None:
        east = self.cell("east")
        east.deployment = "ours"
        self.begin()
        self.known(east)

    def test_one_that_is_put_right_is_believed_again(self) -> None:
        east = self.cell("east")
        east.deployment = "theirs"
        self.refused(east)
        east.deployment = "ours"
        self.known(east)


class ReferencesTest(World):
    """URLs that are kept elsewhere."""

    def test_a_new_url_in_the_file_takes_effect_without_a_restart(self) -> None:
        east = self.cell("east")
        moved = ScriptedCell("moved")
        moved.uuid = east.uuid
        moved.start()
        self.addCleanup(moved.close)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        kept = Path(folder.name) / "url"
        kept.write_text(east.url + "\n")
        self.change_cell(east, transport_url=f"file:{kept}")
        self.begin()
        self.known(east)
        kept.write_text(moved.url)
        self.until(lambda: self.side.cells.get(east.uuid).row.transport_url == moved.url, "seen")
        kept.unlink()
        self.side.cells.refresh()
        self.assertEqual(moved.url, self.side.cells.get(east.uuid).row.transport_url)

    def test_one_that_can_not_be_read_leaves_the_others_alone(self) -> None:
        east, west = self.cell("east"), self.cell("west")
        self.change_cell(west, transport_url="env:NOVA_CELLS_NO_SUCH_VARIABLE")
        self.begin()
        self.known(east)
        self.assertIsNone(self.side.cells.get(west.uuid))


class VersionsTest(World):
    def test_peers_are_spoken_to_in_what_all_of_them_know(self) -> None:
        new = {"interfaces": {"cell": ["1.0", "1.10"]}, "objects": {"Instance": "1.2"}}
        old = {"interfaces": {"cell": ["1.0", "1.9"]}, "objects": {"Instance": "1.1"}}
        self.assertEqual(
            {"interfaces": {"cell": ["1.0", "1.9"]}, "objects": {"Instance": "1.1"}},
            common_versions([new, old]),
        )
