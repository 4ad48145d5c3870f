# SPDX-License-Identifier: Apache-2.0
"""Moves between two cells, in one thread: each commit, message and effect is somebody's last.

Some of the deaths are tried at each run, others at the next; all where the environment asks for it.
"""

from __future__ import annotations

import os
import random
from typing import Any

from nova_cells.runtime import crash
from tests.unit.cell.conductor.test_crashes import ALL_DEATHS, IMAGE, UUID, Visits
from tests.unit.global_api.operations.served_cells import ServedCellsCase
from tests.unit.global_api.operations.test_drain import begin_drain
from tests.unit.global_api.operations.test_readmit import Backup
from tests.unit.global_api.operations.two_cells import EAST, WEST, TwoCellsCase

PARTS = 1 if ALL_DEATHS else int(os.environ.get("NOVA_CELLS_CROSSING_PARTS", "10"))
"""One point of so many is tried."""


class MoveTest(TwoCellsCase):
    """Whoever dies: the server is in one cell, as it was, and nothing of it in the other."""

    few_points = 40

    def ending(self, cloud: Any) -> dict[str, Any]:
        found: dict[str, Any] = {"cell": cloud.owner()[0]}
        for name, world in (("east", cloud.east), ("west", cloud.west)):
            self.assertEqual([], world.open_operations())
            self.assertEqual([], world.rows("debts"))
            living = [row for row in world.rows("instances") if not row["deleted_at"]]
            where = {host for host, sim in world.hosts.items() if sim.machines}
            self.assertEqual(where, {row["host"] for row in world.rows("claims")})
            found[name] = [(row["vm_state"], row["task_state"], row["operation"]) for row in living]
            found[f"{name} guests"] = [list(h.machines.values()) for h in world.hosts.values()]
            for guests in found.values():
                guests.sort() if isinstance(guests, list) else None
            found[f"{name} addresses"] = len(world.rows("addresses"))
        row = cloud.shown()
        self.assertEqual(found["cell"], row["cell_uuid"])
        self.assertFalse(row["deleted"])
        return found | {"shown": (row["vm_state"], row["task_state"])}

    def run_through(self, visits: Visits, script: dict[str, list[str]]) -> dict[str, Any]:
        cloud = self.arranged()
        for host in (*cloud.east.hosts.values(), *cloud.west.hosts.values()):
            host.script = {step: list(outcomes) for step, outcomes in script.items()}
        self.begin(cloud)
        with crash.armed(visits):
            cloud.run()
        cloud.settle()
        return self.ending(cloud)

    def arranged(self) -> Any:
        cloud = self.again()
        cloud.built()
        return cloud

    def begin(self, cloud: Any) -> None:
        cloud.move()

    def sweep(self, script: dict[str, list[str]]) -> None:
        calm = Visits()
        expected = self.run_through(calm, script)
        points = len(calm.seen)
        self.assertGreaterEqual(points, self.few_points)
        for first in range(1 + random.randrange(PARTS), points + 1, PARTS):
            once = Visits(first)
            found = self.run_through(once, script)
            self.assertEqual(expected, found, (first, once.seen[:first][-1:]))

    def test_a_move_survives_a_death(self) -> None:
        self.sweep({})

    def test_a_move_that_fails_survives_a_death(self) -> None:
        self.sweep({"take_over_machine": ["refused"] * 9})


class ServedMoveTest(ServedCellsCase, MoveTest):
    """With ports and volumes, which are in the end where the server is, and nowhere else."""

    def ending(self, cloud: Any) -> dict[str, Any]:
        found = super().ending(cloud)
        head = (cloud.west if found["cell"] == WEST else cloud.east).cell.show(UUID).document()
        self.assertEqual([], cloud.twins.differences(head))
        kept = cloud.kept()
        here = sorted((volume["id"], head["host"]) for volume in head["volumes"])
        self.assertEqual(here, kept["east"] + kept["west"])
        return found | {"services": cloud.twins.seen(head)}


class UnshelveTest(MoveTest):
    """One without a host is brought to the other cell and made again there."""

    def arranged(self) -> Any:
        cloud = super().arranged()
        cloud.east.do("shelve", {"new_image": IMAGE})
        cloud.listen()
        return cloud

    def begin(self, cloud: Any) -> None:
        cloud.move(then={"kind": "unshelve", "arguments": {}})

    def test_a_move_that_fails_survives_a_death(self) -> None:
        """It is offloaded, as it was, in its new cell."""
        self.sweep({"create_machine": ["refused"] * 9})


class ReadmitTest(MoveTest):
    """A server has moved; then its old cell is put back from a backup, and believed again."""

    def arranged(self) -> Any:
        cloud = super().arranged()
        backup = Backup(cloud.east)
        source = cloud.east.hosts[cloud.east.cell.show(UUID).host]
        cloud.move()
        cloud.run()
        backup.put_back()
        source.machines[UUID] = True
        return cloud

    def begin(self, cloud: Any) -> None:
        cloud.worker.operations.readmit(EAST)

    def test_a_move_survives_a_death(self) -> None:
        """What is left where it was goes."""
        self.few_points = 15
        self.sweep({})

    def test_a_move_that_fails_survives_a_death(self) -> None:
        """A host that can't at first is asked again."""
        self.few_points = 15
        self.sweep({"destroy_machine": ["failed"]})


class EvacuateTest(MoveTest):
    """Its cell is fenced; then it returns: the server is in one cell, and nothing in the other.

    No host of the lost cell is asked for anything before the cell is believed again.
    """

    few_points = 30

    def arranged(self) -> Any:
        cloud = super().arranged()
        cloud.fenced()
        return cloud

    def begin(self, cloud: Any) -> None:
        cloud.worker.operations.evacuate(UUID)

    def ending(self, cloud: Any) -> dict[str, Any]:
        """As it is once the cell is back."""
        for host in cloud.east.hosts.values():
            host.alive = True
        cloud.back()
        cloud.run()
        return super().ending(cloud)

    def test_a_move_that_fails_survives_a_death(self) -> None:
        """It is its old cell's, as it was."""
        self.sweep({"create_machine": ["refused"] * 9})


class ServedEvacuateTest(EvacuateTest, ServedMoveTest):
    """With ports and volumes."""


class DrainTest(MoveTest):
    """The same, begun by a drain: it begins moves, and nobody's death begins one twice."""

    def begin(self, cloud: Any) -> None:
        begin_drain(cloud)

    def test_a_move_that_fails_survives_a_death(self) -> None:
        """It is tried again by the drain, and comes to the other end."""
        self.sweep({"take_over_machine": ["refused"]})
