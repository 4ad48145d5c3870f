# SPDX-License-Identifier: Apache-2.0
"""A process dies before or after a commit, a message, a side effect or a request to Neutron or
Cinder: in the end the services have what the server's head says, no more and no less.

The services are twins (tests/services); NOVA_CELLS_CRASH_PARTS=1 tries every point of every kind.
"""

from __future__ import annotations

import os
import random
from dataclasses import dataclass
from typing import Any

from nova_cells.cell.conductor.transitions import RESIZED
from tests.crash.served import ServedWorld, Twins
from tests.unit.cell.conductor import test_crashes
from tests.unit.cell.conductor.test_crashes import LARGE, Visits
from tests.unit.cell.conductor.world import World, conf

PARTS = int(os.environ.get("NOVA_CELLS_CRASH_PARTS", "4"))
"""Of the kinds that are not tried thoroughly, one point of so many is."""
HOSTS = ("h1", "h2")


@dataclass(frozen=True)
class Case:
    """`before` are done first; `told` says what the kind itself is told, of the twins."""

    kind: str
    before: tuple[str, ...] = ("build",)
    told: Any = lambda twins, head: {}
    thorough: bool = False


def _port(twins: Twins, head: Any) -> dict[str, Any]:
    return {"port": next(nic["id"] for nic in head["nics"] if nic["key"] == "0")}


def _wish(twins: Twins, head: Any) -> dict[str, Any]:
    return {"wish": twins.wishes()[0]}


def _deleted(twins: Twins, head: Any) -> dict[str, Any]:
    """Somebody has deleted it in the network service."""
    told = _port(twins, head)
    del twins.neutron.ports.known[told["port"]], twins.neutron.ports.bindings[told["port"]]
    return told


def _spare(twins: Twins, head: Any) -> dict[str, Any]:
    return {"volume": twins.reserved(twins.spare)}


def _swap(twins: Twins, head: Any) -> dict[str, Any]:
    return {"volume": twins.made["id"], "new": twins.reserved(twins.spare)}


CASES = (
    Case("build", (), thorough=True),
    Case("delete", thorough=True),
    Case("attach_interface", told=_wish),
    Case("detach_interface", told=_port),
    Case("forget_port", told=_deleted),
    Case("refresh_network"),
    Case("attach_volume", told=_spare),
    Case("detach_volume", told=lambda twins, head: {"volume": twins.made["id"]}),
    Case("extend_volume", told=lambda twins, head: {"volume": twins.made["id"]}),
    Case("swap_volume", told=_swap),
    Case("resize", told=lambda twins, head: {"flavor": LARGE}),
    Case("migrate"),
    Case("confirm_resize", ("build", "migrate")),
    Case("revert_resize", ("build", "migrate")),
    Case("live_migrate"),
    Case("evacuate"),
    Case("shelve"),
    Case("unshelve", ("build", "shelve")),
)


class ServedCase(test_crashes.CrashCase):
    """`case` is what is tried; `served` the newest world, `twins` its services."""

    hosts = HOSTS
    case: Case
    served: ServedWorld
    twins: Twins

    def setUp(self) -> None:
        super().setUp()
        conf().set_override("enabled", False, group="local_network")
        self.addCleanup(conf().set_override, "enabled", True, group="local_network")
        conf().set_override("allow_resize_to_same_host", False, group="conductor")
        self.addCleanup(conf().clear_override, "allow_resize_to_same_host", group="conductor")

    def world(self) -> ServedWorld:
        self.twins = Twins(HOSTS)
        self.served = ServedWorld(self.database, HOSTS, self.twins)
        return self.served

    def arranged(self, kind: str) -> tuple[list[tuple[str, dict[str, Any]]], dict[str, Any]]:
        return [(earlier, {}) for earlier in self.case.before], {}

    def told(self, world: World) -> dict[str, Any]:
        rows = world.rows("instances")
        told: dict[str, Any] = self.case.told(self.twins, rows[0]["document"] if rows else None)
        return told

    def ports(self, world: World, documents: list[dict[str, Any]]) -> list[Any]:
        """What the services have; it must be what the head says."""
        living = [document for document in documents if not document["deleted_at"]]
        head = living[0] if living else None
        if documents:
            self.assertEqual([], self.twins.differences(head))
        else:
            self.assertEqual([], self.twins.unreleased(), "it was handed back")
        home = head["host"] if head else None
        kept = {
            row["volume_id"]
            for row in world.rows("volume_connections")
            if row["host"] == home or not head or head["vm_state"] != RESIZED
        }
        volumes = {volume["id"] for volume in head["volumes"]} if head and home else set()
        self.assertEqual(volumes, kept, "connections are kept where they are")
        return [self.twins.seen(head)]


class ServicesTest(ServedCase):
    """One method a case."""

    def try_case(self, case: Case) -> None:
        self.case = case
        calm = Visits()
        expected = self.run_through(case.kind, calm)
        number = len(calm.seen)
        self.assertGreater(number, 5, calm.seen)
        points = list(range(1, number + 1))
        if not case.thorough:
            points = random.Random(case.kind).sample(points, max(1, number // PARTS))
        for point in sorted(points):
            with self.subTest(f"{point}: {calm.seen[point - 1]}"):
                self.assertEqual(expected, self.run_through(case.kind, Visits(point)))


def _method(case: Case) -> Any:
    return lambda self: self.try_case(case)


for _case in CASES:
    setattr(ServicesTest, f"test_{_case.kind}_leaves_services_as_its_server_is", _method(_case))
