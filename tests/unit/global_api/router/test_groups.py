# SPDX-License-Identifier: Apache-2.0
"""Tests of affinity groups: bound to one cell when the first server is accepted."""

from __future__ import annotations

import threading
import uuid as uuids

from nova_cells.global_api.resources.server_groups import store as groups
from nova_cells.runtime.clock import now
from tests.unit.global_api.world import PROJECT, World, context, group, spec


class AffinityTest(World):
    def setUp(self) -> None:
        super().setUp()
        self.east, self.west = self.cell("east"), self.cell("west")
        self.begin(quota__server_group_members=-1)
        self.known(self.east, self.west)
        self.group = str(uuids.uuid4())
        values = {
            "uuid": self.group,
            "project_id": PROJECT,
            "user_id": "user",
            "name": "together",
            "policy": "affinity",
            "rules": {},
            "created_at": now(),
        }
        self.database.write(lambda c: groups.create(c, values))

    def boot_together(self) -> str:
        wish = spec(group=group(self.group))
        self.side.acceptance.accept(context(), [wish], group_uuid=self.group)
        return str(wish.uuid)

    def pinned(self) -> str | None:
        found = self.database.read(lambda c: groups.find(c, self.group))
        assert found is not None
        return found.pinned_cell

    def test_thirty_at_once_end_in_one_cell(self) -> None:
        made: list[str] = []
        threads = [
            threading.Thread(target=lambda: made.append(self.boot_together())) for _ in range(30)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        cells = {self.placed(uuid).cell_uuid for uuid in made}
        self.assertEqual(30, len(made))
        self.assertEqual({self.pinned()}, cells)

    def test_a_sole_member_takes_the_group_to_another_cell(self) -> None:
        self.change_cell(self.west, state="disabled")
        self.until(lambda: not self.side.cells.get(self.west.uuid).row.enabled, "disabled")
        self.east.script["build"] = lambda requests: self._only_west()
        uuid = self.boot_together()
        self.assertEqual(self.west.uuid, self.placed(uuid).cell_uuid)
        self.assertEqual(self.west.uuid, self.pinned())

    def _only_west(self) -> None:
        self.east.places = 0
        self.change_cell(self.west, state="enabled")
        self.until(lambda: self.side.cells.get(self.west.uuid).row.enabled, "enabled")

    def test_others_do_not_leave_the_group(self) -> None:
        first = self.placed(self.boot_together()).cell_uuid
        bound = self.east if first == self.east.uuid else self.west
        bound.places = 0
        row = self.failed(self.boot_together())
        self.assertEqual("No valid host was found.", row.document["fault"]["message"])
        self.assertEqual(first, self.pinned())

    def test_an_emptied_group_is_bound_anew(self) -> None:
        uuid = self.boot_together()
        home = self.east if self.placed(uuid).cell_uuid == self.east.uuid else self.west
        home.publish(home.change(uuid, vm_state="deleted", deleted_at=now()))
        self.assertIsNone(self.pinned())
