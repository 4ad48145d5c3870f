# SPDX-License-Identifier: Apache-2.0
"""What the administrators' page counts, on every database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert

from nova_cells.global_api.admin.readings import fleet
from nova_cells.global_api.db.tables.host_index import host_index
from tests.stores.base import StoreCase, on_every_database

EAST, WEST = (f"{n}0000000-0000-4000-8000-000000000000" for n in (1, 2))


class Side:
    """As much of the global side as is looked at."""

    def __init__(self, database: Any) -> None:
        self.database = database


@on_every_database
class FleetTest(StoreCase):
    tree = "global_api"

    def host(self, number: int, cell: str, *, up: bool = True, deleted: bool = False) -> None:
        row = {"cell_uuid": cell, "name": f"host{number}", "node": "n", "zone": "nova", "up": up}
        row |= {"uuid": f"0000000{number}-0000-4000-8000-000000000000", "deleted": deleted}
        row |= {"enabled": True, "forced_down": False, "revision": 1, "last_seen": 1}
        row["document"] = {}
        self.database.write(lambda c: c.execute(insert(host_index), row))

    def test_hosts_of_each_cell_and_those_that_are_up(self) -> None:
        self.host(1, EAST)
        self.host(2, EAST, up=False)
        self.host(3, WEST, up=False)
        self.host(4, WEST, deleted=True)
        expected = {EAST: {"hosts": 2, "hosts_up": 1}, WEST: {"hosts": 1, "hosts_up": 0}}
        self.assertEqual(expected, fleet.counts(Side(self.database)))
