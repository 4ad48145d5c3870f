# SPDX-License-Identifier: Apache-2.0
"""Every operation, killed at every commit, message and side effect once, and at many of them twice.

The cases come from the registry: a new operation joins by itself (and must say in `ARRANGED` how
its server has to be before). Whatever dies, the end is the one of the undisturbed run, and nothing
is left over.
"""

from __future__ import annotations

import os
import unittest
from typing import Any

from nova_cells.cell.conductor import operations
from nova_cells.cell.conductor.addressing import port_id
from nova_cells.contracts import Outcome
from nova_cells.objects import Flavor
from nova_cells.runtime import crash
from nova_cells.runtime.clock import seconds
from tests.unit.cell.conductor.world import World, conf, empty, new_database, wired

UUID = "22222222-2222-4222-8222-222222222222"
IMAGE = "33333333-3333-4333-8333-333333333333"
LARGE = Flavor(flavorid="2", name="m", vcpus=2, memory_mb=1024, root_gb=2).document()
MOVE = "44444444-4444-4444-8444-444444444444"
ARRANGED: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "build": ((), {}),
    "delete": (("build",), {}),
    "start": (("build", "stop"), {}),
    "stop": (("build",), {}),
    "reboot": (("build",), {"type": "HARD"}),
    "reset_state": (("build",), {"state": "error"}),
    "pause": (("build",), {}),
    "unpause": (("build", "pause"), {}),
    "suspend": (("build",), {}),
    "resume": (("build", "suspend"), {}),
    "rescue": (("build",), {"secrets": {"admin_password": "secret"}}),
    "unrescue": (("build", "rescue"), {}),
    "change_password": (("build",), {"secrets": {"admin_password": "secret"}}),
    "trigger_crash_dump": (("build",), {}),
    "rebuild": (("build",), {"fields": {"name": "new"}, "secrets": {"admin_password": "secret"}}),
    "soft_delete": (("build",), {}),
    "restore": (("build", "soft_delete"), {}),
    "resize": (("build",), {"flavor": LARGE}),
    "migrate": (("build",), {}),
    "confirm_resize": (("build", "migrate"), {}),
    "revert_resize": (("build", "migrate"), {}),
    "live_migrate": (("build",), {}),
    "abort_live_migration": (("build",), {"migration": MOVE}),
    "force_complete_live_migration": (("build",), {"migration": MOVE}),
    "reset_state_on_the_move": (("build",), {"state": "error"}),
    "evacuate": (("build",), {}),
    "snapshot": (("build",), {"new_image": IMAGE}),
    "backup": (("build",), {"new_image": IMAGE, "backup_type": "daily", "rotation": 2}),
    "shelve": (("build",), {"new_image": IMAGE}),
    "shelve_offload": (("build", "shelve"), {}),
    "unshelve": (("build", "shelve"), {}),
    "attach_interface": (("build",), {"wish": wired()[0]}),
    "detach_interface": (("build",), {"port": port_id(UUID, 0)}),
    "refresh_network": (("build",), {}),
    "forget_port": (("build",), {"port": port_id(UUID, 0)}),
}
ASKED = {"reset_state_on_the_move": "reset_state"}
"""Kind → what is asked for, where it is begun in the stead of another."""

WITH_SERVICES = {"attach_volume", "detach_volume", "extend_volume", "swap_volume"}
WITH_SERVICES |= {"take_volume_snapshot", "merge_volume_snapshot"}
"""Kinds that are nothing without a service beside the cell: tests/crash/test_services.py."""

BETWEEN_CELLS = {"arrive", "depart", "disown", "take_in"}
"""Kinds of which another cell has the other half: tests/unit/global_api/operations."""

KEEPS_ITS_HOST = {"shelve_offload": -1}
"""Kind → how long a server that was shelved before stays where it is."""

FEW_POINTS = 4
PAIRS = 120
"""Of two deaths about so many are tried for a kind; all where the environment asks for them."""
ALL_DEATHS = bool(os.environ.get("NOVA_CELLS_ALL_DEATHS"))
OF_SERVICES = {"forget_port", "refresh_network"}
"""Kinds with nothing to do where no service has the ports: swept in tests/crash/test_services."""

FAILING = {
    "build": "create_machine",
    "start": "power_on",
    "stop": "power_off",
    "reboot": "reboot",
    "pause": "pause_machine",
    "unpause": "unpause_machine",
    "suspend": "suspend_machine",
    "resume": "resume_machine",
    "rescue": "rescue_machine",
    "unrescue": "unrescue_machine",
    "change_password": "set_password",
    "rebuild": "rebuild_machine",
    "trigger_crash_dump": "trigger_crash_dump",
    "resize": "take_over_machine",
    "migrate": "send_machine",
    "confirm_resize": "destroy_machine",
    "revert_resize": "power_off",
    "live_migrate": "live_migrate",
    "evacuate": "create_machine",
    "snapshot": "capture_disk",
    "backup": "upload_capture",
    "shelve": "upload_capture",
    "unshelve": "create_machine",
    "attach_interface": "attach_nic",
    "detach_interface": "detach_nic",
}


class Visits:
    """Dies at the points whose numbers are given, counted over the whole run."""

    def __init__(self, *deaths: int) -> None:
        self.deaths = set(deaths)
        self.seen: list[str] = []

    def __call__(self, point: str) -> None:
        self.seen.append(point)
        if len(self.seen) in self.deaths:
            raise crash.Crash(point)


class MortalWorld(World):
    """A conductor or an agent that dies is started again; the client asks again under its key."""

    def do(self, kind: str, arguments: dict[str, Any]) -> None:
        """Ask until there is an answer, then let it come to its end."""
        for _ in range(10):
            try:
                self._ask(kind, arguments)
                break
            except (crash.Crash, Outcome):
                self.reborn_surely()
        self.settle()

    def _ask(self, kind: str, arguments: dict[str, Any]) -> None:
        if kind == "build":
            assert self.build(self.wish).accepted
        else:
            self.cell.act(UUID, 1, ASKED.get(kind, kind), f"key-{kind}", arguments)

    def set_out(self) -> None:
        """It is on its way to another host, and stays so until somebody says otherwise."""
        for host in self.hosts.values():
            host.lasting = True
        self.cell.act(UUID, 1, "live_migrate", MOVE, {})
        self.deliver()

    def lose_host(self) -> None:
        """Its host does not answer any more."""
        name = self.cell.show(UUID).host
        self.hosts[name].alive = False
        self.cell.update_host(name, {"forced_down": True})

    def return_hosts(self) -> None:
        """Those that were lost are back, and pay their debts."""
        for host in self.hosts.values():
            if not host.alive:
                host.alive = True
                self._agent_reborn(host)
        self.settle()

    @property
    def wish(self) -> Any:
        return self.spec(
            networks=wired(), uuid=UUID, created_at=1, deadline=self.clock() + seconds(3600)
        )

    def reborn_surely(self) -> None:
        for _ in range(10):
            try:
                self.reborn()
                return
            except crash.Crash:
                continue

    def deliver(self) -> None:
        while self.wire.inbox or self.jobs:
            if self.jobs:
                self._serve(self.jobs.popleft())
                continue
            name, work = self.wire.inbox.popleft()
            host = self.hosts[name]
            try:
                host.take(work)
            except crash.Crash:
                self._agent_reborn(host)
                continue
            self._hand_in(host)

    def pass_time(self, amount: float = 30.0) -> None:
        self.clock.advance(amount)
        try:
            for host in self.hosts.values():
                host.beat()
            self.conductor.tending.round()
            self.conductor.desk.round()
            self.conductor.recovery.round()
            self.conductor.service_chores.round()
        except crash.Crash:
            self.reborn_surely()
        for host in self.hosts.values():
            self._hand_in(host)

    def publish(self) -> None:
        for _ in range(10):
            try:
                self.clock.advance(2)
                self.conductor.publisher.publish()
                return
            except crash.Crash:
                self.reborn_surely()

    def _serve(self, job: Any) -> None:
        try:
            job()
        except crash.Crash:
            self.reborn_surely()

    def _hand_in(self, host: Any) -> None:
        try:
            host.hand_in()
        except crash.Crash:
            self.reborn_surely()

    def _agent_reborn(self, host: Any) -> None:
        host.generations.clear()
        for _ in range(10):
            try:
                host.register()
                return
            except crash.Crash:
                self.reborn_surely()


SCENES = {
    "abort_live_migration": MortalWorld.set_out,
    "force_complete_live_migration": MortalWorld.set_out,
    "reset_state_on_the_move": MortalWorld.set_out,
    "evacuate": MortalWorld.lose_host,
}
"""What has happened to the server before, beside what was asked for."""


class CrashCase(unittest.TestCase):
    hosts: tuple[str, ...] = ("h1", "h2")

    def setUp(self) -> None:
        super().setUp()
        self.database = new_database(self)
        self.addCleanup(conf().clear_override, "shelved_offload_time", "conductor")

    def run_through(
        self, kind: str, visits: Visits, script: dict[str, list[str]] | None = None
    ) -> dict[str, Any]:
        """The whole life up to and with `kind`; `visits` counts only what `kind` does."""
        empty(self.database)
        conf().set_override("shelved_offload_time", KEEPS_ITS_HOST.get(kind, 0), "conductor")
        world = self.world()
        before, arguments = self.arranged(kind)
        for earlier, told in before:
            world.do(earlier, told)
        if kind in SCENES:
            SCENES[kind](world)
        world.publish()
        for host in world.hosts.values():
            host.script = {step: list(outcomes) for step, outcomes in (script or {}).items()}
        arguments |= self.told(world)
        with crash.armed(visits):
            world.do(kind, arguments)
            world.return_hosts()
            world.publish()
        world.publish()
        return self.ending(world)

    def world(self) -> MortalWorld:
        """A new one, over the empty database."""
        return MortalWorld(self.database, {name: {} for name in self.hosts})

    def arranged(self, kind: str) -> tuple[list[tuple[str, dict[str, Any]]], dict[str, Any]]:
        """What is done before, and what the kind itself is told."""
        before, arguments = ARRANGED[kind]
        return [(earlier, {}) for earlier in before], dict(arguments)

    def told(self, world: World) -> dict[str, Any]:
        """What the kind is told beside that, as its server is."""
        return {}

    def ending(self, world: World) -> dict[str, Any]:
        """What must not depend on who died when."""
        documents = [row["document"] for row in world.rows("instances")]
        states = ("vm_state", "task_state", "operation", "power_state")
        machines = sorted(
            (uuid, on) for host in world.hosts.values() for uuid, on in host.machines.items()
        )
        where = {name for name, host in world.hosts.items() if host.machines}
        holds = {row["host"] for row in world.rows("claims")}
        self.assertEqual(where, holds, "claims and guests must be on the same hosts")
        used = {row["name"]: row["running"] for row in world.rows("hosts")}
        self.assertEqual({name: int(name in holds) for name in used}, used)
        self.assertEqual([], world.open_operations())
        self.assertFalse([row for row in world.rows("operations") if "secrets" in row["arguments"]])
        self.assertEqual([], world.rows("debts"))
        self.assertEqual([], world.rows("outbox"), "all news must have been told")
        told = [item for item in world.wire.feed if item.key == UUID]
        newest = max(told, key=lambda item: (item.epoch, item.revision))
        if documents:
            self.assertEqual(documents[0], newest.document)
        return {
            "instance": [tuple(document[name] for name in states) for document in documents],
            "ports": self.ports(world, documents),
            "disposition": newest.disposition,
            "machines": machines,
            "image chores": sorted(row["kind"] for row in world.rows("image_chores")),
        }

    def ports(self, world: World, documents: list[dict[str, Any]]) -> list[str]:
        """Of living servers; whatever is said of their addresses is said alike."""
        living = [document for document in documents if not document["deleted_at"]]
        shown = {nic["id"]: nic for document in living for nic in document["nics"]}
        lent = {row["port_id"]: row["address"] for row in world.rows("addresses")}
        told = {port: nic["addresses"][0]["address"] for port, nic in shown.items()}
        self.assertEqual(lent, told, "addresses must be of ports that are there")
        addresses = [nic["addr"] for d in living for nic in d["addresses"].get("private", [])]
        self.assertEqual(list(told.values()), addresses)
        return [f"{port} {nic.get('state')}" for port, nic in shown.items()]


def sweep(kind: str, script: dict[str, list[str]] | None, *, twice: bool) -> Any:
    def test(self: CrashCase) -> None:
        calm = Visits()
        expected = self.run_through(kind, calm, script)
        points = len(calm.seen)
        self.assertGreaterEqual(points, 1 if kind in OF_SERVICES else FEW_POINTS)
        stride = 1 if ALL_DEATHS else max(1, points * points // (2 * PAIRS))
        for first in range(1, points + 1):
            once = Visits(first)
            self.assertEqual(expected, self.run_through(kind, once, script), once.seen)
            if not twice:
                continue
            # Each first death begins at another second one: together they visit all.
            for second in range(first + 1 + first % stride, len(once.seen) + 1, stride):
                both = Visits(first, second)
                self.assertEqual(
                    expected, self.run_through(kind, both, script), (first, second, both.seen)
                )

    return test


class CrashTest(CrashCase):
    """One test for each kind is added below."""

    def test_every_kind_is_swept(self):
        kinds = {operation.kind for operation in operations.registry()}
        self.assertEqual(kinds - WITH_SERVICES - BETWEEN_CELLS, set(ARRANGED))


for _kind in ARRANGED:
    setattr(CrashTest, f"test_{_kind}_survives_one_or_two_deaths", sweep(_kind, None, twice=True))
for _kind, _step in FAILING.items():
    setattr(
        CrashTest,
        f"test_{_kind}_that_fails_survives_a_death",
        sweep(_kind, {_step: ["refused"] * 9}, twice=False),
    )
