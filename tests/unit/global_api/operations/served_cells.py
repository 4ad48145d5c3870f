# SPDX-License-Identifier: Apache-2.0
"""Two cells beside the same Neutron and Cinder, whose twins outlive everybody.

What Neutron tells of a server's ports is told to both cells of a move, as the API does.
"""

from __future__ import annotations

from typing import Any

from nova_cells.runtime.db import Database
from tests.crash.served import ServedWorld, Twins
from tests.unit.cell.conductor.world import conf
from tests.unit.global_api.operations.two_cells import TwoCells, TwoCellsCase

HOSTS = ("e1", "e2", "w1", "w2")


class ServedCells(TwoCells):
    """`twins` have what the server in the east wishes for."""

    def __init__(self, databases: tuple[Database, Database, Database]) -> None:
        self.twins = Twins(HOSTS)
        self.wished = self.twins.volumes()
        super().__init__(databases)

    def world(self, database: Database, hosts: dict[str, dict[str, Any]]) -> Any:
        return ServedWorld(database, tuple(hosts), self.twins, self.wished)

    def kept(self) -> dict[str, list[tuple[str, str]]]:
        """(volume, host) of the connections that each cell has."""
        return {
            name: sorted((r["volume_id"], r["host"]) for r in world.rows("volume_connections"))
            for name, world in (("east", self.east), ("west", self.west))
        }


class ServedCellsCase(TwoCellsCase):
    """Without a local network of their own."""

    kind = ServedCells

    def setUp(self) -> None:
        conf().set_override("enabled", False, group="local_network")
        self.addCleanup(conf().set_override, "enabled", True, group="local_network")
        super().setUp()
