# SPDX-License-Identifier: Apache-2.0
"""A cell that was there before its index: its servers and their migrations are read, once."""

from __future__ import annotations

from nova_cells.global_api.index import migrations
from nova_cells.global_api.index.migrations import MigrationQuery
from nova_cells.objects import Instance
from tests.stores.test_migrations import migration
from tests.unit.global_api.world import World, spec


class AdoptionTest(World):
    def test_what_a_cell_has_is_found_in_the_index(self) -> None:
        east = self.cell("east")
        head = Instance.from_spec(spec()).replace(vm_state="active", task_state=None)
        east.instances[head.uuid] = head
        east.moves = [migration(number, instance_uuid=head.uuid) for number in range(3)]
        self.begin()
        self.known(east)
        self.until(lambda: self.found(), "migrations read")
        self.assertEqual([move.uuid for move in reversed(east.moves)], self.found())
        self.assertEqual(east.uuid, self.row(head.uuid).cell_uuid)

    def found(self) -> list[str]:
        every = self.database.read(lambda c: migrations.page(c, MigrationQuery()))
        return [each.uuid for each in every]
