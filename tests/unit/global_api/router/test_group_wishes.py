# SPDX-License-Identifier: Apache-2.0
"""Soft groups weigh over cells: together or apart where there is room, and anywhere else."""

from __future__ import annotations

import uuid as uuids

from sqlalchemy import insert

from nova_cells.global_api.db.tables.mappings import instance_mappings
from nova_cells.global_api.db.tables.server_groups import server_group_members, server_groups
from nova_cells.global_api.router.choose import CellChooser
from tests.unit.global_api.scripted_cell import ScriptedCell
from tests.unit.global_api.world import World, group, spec

GROUP = "66666666-0000-4000-8000-000000000006"


class SoftGroupsTest(World):
    def setUp(self) -> None:
        super().setUp()
        places = {"full": 0, "small": 10, "large": 1000}
        self.made = {name: self.cell(name, places=free) for name, free in places.items()}
        self.begin(router__recovery_interval=60.0)
        self.known(*self.made.values())
        self.chooser = CellChooser(self.side.cells, self.database, subset=3, attempts=3)
        row = {"uuid": GROUP, "project_id": "p", "user_id": "u", "name": "g", "policy": "soft"}
        row |= {"rules": {}, "pinned_cell": None, "created_at": 1}
        self.database.write(lambda c: c.execute(insert(server_groups), row))

    def member(self, cell: str) -> None:
        """One more in that cell."""
        uuid = str(uuids.uuid4())
        row = {"uuid": uuid, "project_id": "p", "user_id": "u", "created_at": 1, "epoch": 1}
        row["cell_uuid"] = self.made[cell].uuid
        joined = {"group_uuid": GROUP, "instance_uuid": uuid}
        self.database.write(lambda c: c.execute(insert(instance_mappings), row))
        self.database.write(lambda c: c.execute(insert(server_group_members), joined))

    def chosen(self, policy: str, *tried: ScriptedCell) -> set[str]:
        wish = spec(group=group(GROUP, policy))
        without = [cell.uuid for cell in tried]
        found = {self.chooser.choose(wish, without).cell for _ in range(6)}
        return {cell.name for cell in found if cell is not None}

    def test_members_that_like_each_other_meet(self) -> None:
        self.member("small")
        self.assertEqual({"small"}, self.chosen("soft-affinity"))

    def test_members_that_do_not_stay_apart(self) -> None:
        self.member("large")
        self.assertEqual({"small"}, self.chosen("soft-anti-affinity"))

    def test_it_never_refuses(self) -> None:
        self.member("full")
        self.member("small")
        self.assertEqual({"large"}, self.chosen("soft-affinity", self.made["small"]))

    def test_several_of_one_request_go_there_too(self) -> None:
        self.member("small")
        wishes = [spec(group=group(GROUP, "soft-affinity"), wished=2) for _ in range(2)]
        found = [choice.cell for choice in self.chooser.choose_all(wishes)]
        self.assertEqual(["small", "small"], [cell.name for cell in found if cell])
