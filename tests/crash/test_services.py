# SPDX-License-Identifier: Apache-2.0
"""A process dies before or after a commit, a message, a side effect or a request to a service: in
the end the services have what the server's head says, no more and no less.

The services are twins (tests/services). Some of the points and a few pairs of deaths are tried of
each kind; NOVA_CELLS_CRASH_PARTS=1 tries every point, NOVA_CELLS_CRASH_PAIRS=9 more pairs and
NOVA_CELLS_ALL_DEATHS=1 all.
"""

from __future__ import annotations

import itertools
import os
import random
from dataclasses import dataclass
from typing import Any

from nova_cells.cell.conductor import operations
from nova_cells.cell.conductor.transitions import ERROR, RESIZED
from nova_cells.objects import ImageFacts
from tests.crash.served import ServedWorld, Twins
from tests.unit.cell.conductor import test_crashes
from tests.unit.cell.conductor.test_crashes import (
    ALL_DEATHS,
    IMAGE,
    LARGE,
    MOVE,
    OF_SERVICES,
    UUID,
    Visits,
)
from tests.unit.cell.conductor.world import World, conf

PARTS = 1 if ALL_DEATHS else int(os.environ.get("NOVA_CELLS_CRASH_PARTS", "3"))
"""One point of so many is tried."""
PAIRS = None if ALL_DEATHS else int(os.environ.get("NOVA_CELLS_CRASH_PAIRS", "2"))
"""So many pairs of points of each case."""
MENDING = 20
"""Points that are new because of a first death: about so many."""
HOSTS = ("h1", "h2")


@dataclass(frozen=True)
class Case:
    """`before` are done first; `told` says what the kind itself is told, of the twins.

    `name` tells apart several of a kind; `fails` is the step that its host refuses. `hybrid`: ports
    are plugged in with a bridge of their own before them, and what is unplugged is told of. `thin`:
    only one of so many of its points is tried beside what is left out of each.
    """

    kind: str
    before: tuple[str, ...] = ("build",)
    told: Any = lambda twins, head: {}
    name: str = ""
    fails: str = ""
    hybrid: bool = False
    thin: int = 1

    @property
    def title(self) -> str:
        """Of its test."""
        return "_".join(filter(None, (self.kind, self.name, self.fails and "that_fails")))

    @property
    def makes_an_image(self) -> bool:
        """Whether its host brings an image to the image service."""
        return self.told in (_image, _backup)


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


def _made(twins: Twins, head: Any) -> dict[str, Any]:
    return {"volume": twins.made["id"]}


def _swap(twins: Twins, head: Any) -> dict[str, Any]:
    return {**_made(twins, head), "new": twins.reserved(twins.spare)}


def _large(twins: Twins, head: Any) -> dict[str, Any]:
    return {"flavor": LARGE}


def _image(twins: Twins, head: Any) -> dict[str, Any]:
    return {"new_image": twins.new_image()}


def _backup(twins: Twins, head: Any) -> dict[str, Any]:
    twins.backups(2)
    image = twins.new_image(
        image_type="backup", instance_uuid=UUID, backup_type="daily", status="queued"
    )
    return {"new_image": image, "backup_type": "daily", "rotation": 2}


def _anew(twins: Twins, head: Any) -> dict[str, Any]:
    """The volume it boots from is to have this image."""
    return {"image": ImageFacts(id=IMAGE).document(), "reimage": True}


def _snapshot(twins: Twins, head: Any) -> dict[str, Any]:
    return {**_awaited(twins, "creating"), "file": "volume.1"}


def _merge(twins: Twins, head: Any) -> dict[str, Any]:
    return {**_awaited(twins, "deleting"), "file": None, "into": None}


def _awaited(twins: Twins, status: str) -> dict[str, Any]:
    """Its service waits for a host to do its part for a snapshot."""
    snapshot = twins.cinder.awaited_snapshot(twins.made["id"], status)
    return {"volume": twins.made["id"], "snapshot": snapshot["id"]}


def _hard(twins: Twins, head: Any) -> dict[str, Any]:
    return {"type": "HARD"}


MIGRATED = ("build", "migrate")
SHELVED = ("build", "shelve")
CASES = (
    Case("build", ()),
    Case("build", (), fails="create_machine"),
    Case("delete"),
    Case("delete", MIGRATED, name="between_two_hosts"),
    Case("delete", SHELVED, name="of_a_shelved"),
    Case("soft_delete"),
    Case("restore", ("build", "soft_delete")),
    Case("attach_interface", told=_wish),
    Case("attach_interface", told=_wish, fails="attach_nic"),
    Case("detach_interface", told=_port),
    Case("detach_interface", told=_port, fails="detach_nic"),
    Case("forget_port", told=_deleted),
    Case("refresh_network"),
    Case("attach_volume", told=_spare),
    Case("attach_volume", told=_spare, fails="attach_volume"),
    Case("attach_volume", SHELVED, told=_spare, name="to_a_shelved"),
    Case("detach_volume", told=_made),
    Case("detach_volume", told=_made, fails="detach_volume"),
    Case("detach_volume", SHELVED, told=_made, name="from_a_shelved"),
    Case("extend_volume", told=_made),
    Case("extend_volume", told=_made, fails="extend_volume"),
    Case("swap_volume", told=_swap),
    Case("swap_volume", told=_swap, fails="swap_volume"),
    Case("take_volume_snapshot", told=_snapshot),
    Case("take_volume_snapshot", told=_snapshot, fails="snapshot_volume"),
    Case("merge_volume_snapshot", told=_merge),
    Case("resize", told=_large),
    Case("resize", told=_large, fails="take_over_machine"),
    Case("migrate"),
    Case("migrate", fails="send_machine"),
    Case("confirm_resize", MIGRATED),
    Case("revert_resize", MIGRATED),
    Case("live_migrate"),
    Case("live_migrate", fails="live_migrate"),
    Case("live_migrate", name="with_hybrid_ports", hybrid=True, thin=3),
    Case("live_migrate", name="with_hybrid_ports", hybrid=True, thin=3, fails="live_migrate"),
    Case("reboot", told=_hard, name="with_hybrid_ports", hybrid=True, thin=2),
    Case("abort_live_migration", told=lambda twins, head: {"migration": MOVE}),
    Case("force_complete_live_migration", told=lambda twins, head: {"migration": MOVE}),
    Case("reset_state", told=lambda twins, head: {"state": "error"}),
    Case("reset_state_on_the_move", told=lambda twins, head: {"state": "error"}),
    Case("evacuate"),
    Case("evacuate", fails="create_machine"),
    Case("snapshot", told=_image),
    Case("snapshot", told=_image, fails="capture_disk"),
    Case("backup", told=_backup),
    Case("shelve"),
    Case("shelve", told=_image, name="with_an_image"),
    Case("shelve", told=_image, name="with_an_image", fails="upload_capture"),
    Case("shelve_offload", SHELVED),
    Case("unshelve", SHELVED),
    Case("unshelve", SHELVED, fails="create_machine"),
    Case("rebuild"),
    Case("rebuild", told=_anew, name="of_its_volume"),
    Case("rebuild", told=_anew, name="of_its_volume", fails="rebuild_machine"),
)
TOUCH_NOTHING = {
    *("start", "stop", "reboot", "pause", "unpause", "suspend", "resume"),
    *("rescue", "unrescue", "change_password", "trigger_crash_dump"),
}
"""Kinds of which no service has anything to know: swept in tests/unit/cell/conductor."""
ELSEWHERE = {"arrive", "depart", "disown", "take_in"}
ELSEWHERE |= {"take_volume_snapshot", "merge_volume_snapshot"}
"""Between cells; and asked for by the volume service, which has to be told when it is done."""


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
        if self.case.hybrid:
            self.twins.neutron.details["ovs_hybrid_plug"] = True
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
        self.assertEqual([], self.twins.cinder.torn, "a host got it while it was written")
        home = head["host"] if head else None
        kept = {
            row["volume_id"]
            for row in world.rows("volume_connections")
            if row["host"] == home or not head or head["vm_state"] != RESIZED
        }
        volumes = {volume["id"] for volume in head["volumes"]} if head and home else set()
        if head and head["vm_state"] == ERROR:
            self.assertLessEqual(kept, volumes, "its disk may have been let go for a rebuild")
        else:
            self.assertEqual(volumes, kept, "connections are kept where they are")
        return [self.twins.seen(head)]


class ServicesTest(ServedCase):
    """One method a case; of two deaths a few are tried of each."""

    def test_every_kind_is_here(self) -> None:
        kinds = {operation.kind for operation in operations.registry()}
        swept = {case.kind for case in CASES}
        self.assertEqual(set(), swept - kinds)
        self.assertEqual(set(), kinds - swept - TOUCH_NOTHING - ELSEWHERE)

    def try_case(self, case: Case) -> None:
        self.case = case
        calm = Visits()
        expected = self.live_through(case, calm)
        number = len(calm.seen)
        self.assertGreaterEqual(number, 1 if case.kind in OF_SERVICES else 4, calm.seen)
        chance = random.Random(case.title)
        parts = PARTS if PARTS == 1 else PARTS * case.thin
        first = chance.randrange(parts)
        for point in range(1 + first, number + 1, parts):
            with self.subTest(f"{point}: {calm.seen[point - 1]}"):
                self.assertEqual(expected, self.live_through(case, Visits(point)))
        for pair in pairs(number, chance):
            with self.subTest(f"{pair}: {calm.seen[pair[0] - 1]}"):
                self.assertEqual(expected, self.live_through(case, Visits(*pair)))

    def live_through(self, case: Case, visits: Visits) -> dict[str, Any]:
        script = {case.fails: ["refused"] * 9} if case.fails else None
        return self.run_through(case.kind, visits, script)


def pairs(number: int, chance: random.Random) -> list[tuple[int, int]]:
    """Two deaths: the second may come while the first is mended, where there are more points."""
    every = list(itertools.combinations(range(1, number + MENDING + 1), 2))
    every = [pair for pair in every if pair[0] <= number]
    return every if PAIRS is None else sorted(chance.sample(every, min(PAIRS, len(every))))


def _method(case: Case) -> Any:
    return lambda self: self.try_case(case)


for _case in CASES:
    setattr(ServicesTest, f"test_{_case.title}_leaves_services_as_its_server_is", _method(_case))
