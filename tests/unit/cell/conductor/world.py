# SPDX-License-Identifier: Apache-2.0
"""A cell in one thread: a real conductor on a real SQLite file, hosts and time that tests move.

Whatever crosses a process boundary goes through `Wire`, so that a process may die at every point
of `runtime.crash` and the rest of the world go on without it.
"""

from __future__ import annotations

import functools
import shutil
import tempfile
import unittest
import uuid as uuids
from collections import Counter, deque
from pathlib import Path
from typing import Any

from nova_cells.cell import opts
from nova_cells.cell.compute.drivers.interface import CAPABILITIES
from nova_cells.cell.conductor import console_opts
from nova_cells.cell.conductor.conductor import Conductor
from nova_cells.cell.db.tables import metadata
from nova_cells.cell.scheduler import opts as scheduler_opts
from nova_cells.clients.network import local_range
from nova_cells.clients.network import opts as network_opts
from nova_cells.clients.volumes import opts as volume_opts
from nova_cells.contracts import Agent, Changes, Unknown
from nova_cells.objects import (
    ConsoleTarget,
    Diagnostics,
    Flavor,
    GroupPolicy,
    HostBeat,
    HostReport,
    HostWork,
    ImageFacts,
    Inventory,
    RequestSpec,
    StepResult,
    WorkReport,
)
from nova_cells.runtime import config, crash
from nova_cells.runtime.clock import ManualClock, now, seconds
from nova_cells.runtime.db import Database, schema
from tests.unit.cell.conductor import travel

CELL = "11111111-1111-4111-8111-111111111111"


@functools.cache
def conf() -> Any:
    """The configuration every world shares."""
    groups = {**opts.OPTIONS, **console_opts.OPTIONS, **scheduler_opts.OPTIONS}
    made = config.new_config({**groups, **network_opts.OPTIONS, **volume_opts.OPTIONS})
    made.set_override("enabled", True, group="local_network")
    return made


def wired(**wish: Any) -> list[dict[str, Any]]:
    """The networks of a spec that wishes for one interface on the local network."""
    local = local_range.from_conf(conf())
    assert local is not None
    return [{"network_id": local.id, "address": None, "tag": None, **wish}]


@functools.cache
def _template() -> Path:
    path = Path(tempfile.mkdtemp(prefix="nova-cells-template-")) / "cell.db"
    schema.upgrade(f"sqlite:///{path}", "cell")
    return path


def new_database(case: unittest.TestCase) -> Database:
    """An empty cell database of the test's own."""
    where = "/dev/shm" if Path("/dev/shm").is_dir() else None
    folder = tempfile.TemporaryDirectory(prefix="nova-cells-cell-", dir=where)
    case.addCleanup(folder.cleanup)
    path = Path(folder.name) / "cell.db"
    shutil.copy(_template(), path)
    database = Database(f"sqlite:///{path}", name="cell")
    case.addCleanup(database.close)
    return database


def empty(database: Database) -> None:
    """Take everything out; cheaper than a new file, whose statements are compiled again."""
    database.write(lambda c: [c.execute(table.delete()) for table in metadata.sorted_tables])


LEAVES: dict[str, bool | str] = {
    "power_on": True,
    "start_held": "held",
    "power_off": False,
    "reboot": True,
    "pause_machine": "paused",
    "unpause_machine": True,
    "suspend_machine": "suspended",
    "resume_machine": True,
    "rescue_machine": "rescued",
    "rebuild_machine": False,
    "park_root": False,
    "take_over_machine": False,
    "resize_machine": False,
}
"""How a simulated guest is after a step: on, off, or in between."""


CHANGES_NOTHING = frozenset(
    {"capture_disk", "drop_capture", "upload_capture"}
    | {"set_password", "trigger_crash_dump"}
    | {"attach_nic", "detach_nic"}
    | {
        "attach_volume",
        "detach_volume",
        "extend_volume",
        "fit_volumes",
        "merge_volume",
        "snapshot_volume",
        "swap_volume",
        "unsnapshot_volume",
        "unswap_volume",
    }
    | {"send_machine", "keep_size", "settle_size"}
)


class SimHost:
    """A host with its agent. `machines` and `ledger` outlive the agent, `queue` does not.

    `script`: step name → outcomes of the next calls; what is not scripted is done. `lasting`: a
    live migration from here ends only where it is told to hurry, or undone.
    """

    def __init__(self, world: Any, name: str, **inventory: Any) -> None:
        self.world = world
        self.name = name
        self.identity = str(uuids.uuid5(uuids.UUID(CELL), name))
        self.inventory = _inventory(**inventory)
        self.machines: dict[str, bool | str] = {}
        self.ledger: dict[str, StepResult] = {}
        self.forbidden: set[str] = set()
        self.generations: dict[str, int] = {}
        self.pending: dict[str, WorkReport] = {}
        self.script: dict[str, list[str]] = {}
        self.ran: list[str] = []
        self.made_from: dict[str, Any] = {}
        self.facts: dict[str, Any] = {}
        self.told: list[tuple[str, str | None]] = []
        self.alive = True
        self.lasting = False
        self.progress: dict[str, dict[str, int]] = {}

    def register(self) -> Any:
        report = HostReport(
            name=self.name,
            node=self.name,
            identity=self.identity,
            address=f"agent-{self.name}",
            driver="sim",
            inventory=self.inventory,
            facts={"connector": {"host": self.name}, **self.facts},
        )
        return self.world.agents_side().register(report)

    def beat(self) -> None:
        if self.alive:
            beat = HostBeat(
                name=self.name,
                identity=self.identity,
                address=f"agent-{self.name}",
                progress=self.progress,
            )
            self.world.agents_side().beat([beat])

    def take(self, work: HostWork) -> None:
        """What an agent does with a message."""
        if work.generation < self.generations.get(work.operation, 0):
            return
        self.generations[work.operation] = work.generation
        self.forbidden.update(work.supersedes)
        self.forbidden.update(_token(work, step) for step in work.steps if step["undo"])
        if travel.lasts(self, work):
            return
        results = []
        for step in work.steps:
            results.append(self._run(work, step))
            if results[-1].outcome != "done":
                break
        self.pending[work.operation] = WorkReport(
            operation=work.operation,
            generation=work.generation,
            attempt=work.attempt,
            host=self.name,
            uuid=work.machine.uuid,
            results=results,
        )

    def hand_in(self) -> None:
        """Report until it is taken."""
        if not self.alive:
            return
        for operation, report in list(self.pending.items()):
            if operation in self.world.agents_side().report([report]):
                self.pending.pop(operation, None)

    def _run(self, work: HostWork, step: dict[str, Any]) -> StepResult:
        token = _token(work, step) + ("/undo" if step["undo"] else "")
        if token in self.ledger:
            return self.ledger[token]
        if not step["undo"] and {work.operation, _token(work, step)} & self.forbidden:
            return self._result(step, "refused", "overtaken")
        outcome, facts = self._scripted(step["name"]), {}
        if outcome == "done":
            crash.reach(f"driver:before:{step['name']}")
            try:
                facts = self._effect(step["name"], work) or {}
            except travel.Impossible:
                outcome = "refused"
            crash.reach(f"driver:after:{step['name']}")
        result = self._result(step, outcome, None if outcome == "done" else "it broke")
        result.facts = facts
        if outcome != "failed":
            self.ledger[token] = result
        return result

    def _scripted(self, name: str) -> str:
        outcomes = self.script.get(name)
        return outcomes.pop(0) if outcomes else "done"

    def _result(self, step: dict[str, Any], outcome: str, message: str | None) -> StepResult:
        moment = self.world.clock()
        return StepResult(
            position=step["position"],
            undo=step["undo"],
            outcome=outcome,
            message=message,
            started_at=moment,
            finished_at=moment,
        )

    def _effect(self, name: str, work: HostWork) -> dict[str, Any] | None:
        uuid = work.machine.uuid
        self.ran.append(name)
        self.made_from[uuid] = work.machine
        if name in travel.STEPS:
            return travel.STEPS[name](self, work)
        if name in ("create_machine", "receive_machine"):
            self.machines.setdefault(uuid, False)
        elif name == "destroy_machine":
            self.machines.pop(uuid, None)
        elif name in LEAVES:
            self.machines[uuid] = LEAVES[name]
        elif name == "unrescue_machine":
            if self.machines[uuid] == "rescued":
                self.machines[uuid] = work.arguments.get("power", True)
        elif name in ("power_as_asked", "unresize_machine"):
            self.machines[uuid] = work.arguments["power"]
        elif name in CHANGES_NOTHING:
            self.told.append((name, work.machine.admin_password))
        else:
            raise AssertionError(f"the simulated host knows no step {name}")
        return None


def _token(work: HostWork, step: dict[str, Any]) -> str:
    return f"{work.operation}/{work.attempt}/{step['position']}"


def _inventory(vcpus: int = 8, memory_mb: int = 8704, disk_gb: int = 100, **more: Any) -> Inventory:
    more.setdefault("traits", [kind.trait for kind in CAPABILITIES])
    return Inventory(
        vcpus=vcpus,
        memory_mb=memory_mb,
        disk_gb=disk_gb,
        hypervisor_type="sim",
        hypervisor_version=1,
        **more,
    )


class Wire:
    """Stands for the bus: what is cast waits in `inbox` until the world delivers it."""

    def __init__(self) -> None:
        self.inbox: deque[tuple[str, HostWork]] = deque()
        self.calls: Counter[str] = Counter()
        self.feed: list[Any] = []
        self.leaving: dict[str, str] = {}
        self.devices: dict[str, list[dict[str, Any]]] = {}
        self.broken = False
        self.deaf = False

    def client(self, interface: type, *, address: str | None = None, peer: Any = None) -> Any:
        return {Agent: _AgentClient, Changes: _ChangesClient}.get(interface, _FactsClient)(
            self, address
        )


class _AgentClient:
    def __init__(self, wire: Wire, address: str | None) -> None:
        self._wire = wire
        self._address = address

    def run(self, *, work: HostWork) -> None:
        crash.reach("rpc:before:agent.run")
        if self._wire.broken:
            raise Unknown("the broker is away")
        self._wire.calls["agent.run"] += 1
        self._wire.inbox.append((work.host, work.obj_clone()))
        crash.reach("rpc:after:agent.run")

    def console_output(self, *, host: str, uuid: str, lines: int) -> str:
        return f"{uuid} on {host}: {lines}"

    def console(self, *, host: str, uuid: str, kind: str) -> ConsoleTarget:
        return ConsoleTarget(host=host, port=5900)

    def leave(self, *, host: str, transport: str) -> bool:
        crash.reach("rpc:before:agent.leave")
        if self._wire.broken:
            raise Unknown("the broker is away")
        self._wire.leaving[host] = transport
        crash.reach("rpc:after:agent.leave")
        return True

    def stay(self, *, host: str) -> bool:
        if self._wire.broken:
            raise Unknown("the broker is away")
        self._wire.leaving.pop(host, None)
        return True

    def devices(self, *, host: str, uuid: str, _deadline: float) -> list[dict[str, Any]]:
        if self._wire.broken:
            raise Unknown("the broker is away")
        return self._wire.devices.get(uuid, [])

    def diagnostics(self, *, host: str, uuid: str) -> Diagnostics:
        return Diagnostics(state="running", driver=host)


class _ChangesClient:
    def __init__(self, wire: Wire, address: str | None) -> None:
        self._wire = wire

    def changes(self, *, cell: str, items: list[Any], deployment: str = "") -> list[str]:
        self._wire.calls["changes.changes"] += 1
        if self._wire.deaf:
            raise Unknown("nobody listens")
        self._wire.feed.extend(item.obj_clone() for item in items)
        return [item.key for item in items]


class _FactsClient:
    def __init__(self, wire: Wire, address: str | None) -> None:
        self._wire = wire

    def facts(self, *, facts: Any) -> None:
        if self._wire.broken:
            raise Unknown("the broker is away")


class World:
    """`conductor` may be replaced at any time by `reborn`; what it was about to do with the
    services beside it, `network` and `volumes`, dies with it.
    """

    def __init__(
        self,
        database: Database,
        hosts: dict[str, dict[str, Any]] | None = None,
        *,
        network: Any = None,
        volumes: Any = None,
        keys: Any = None,
    ) -> None:
        self.database = database
        self.network = network
        self.volumes = volumes
        self.keys = keys
        self.jobs: deque[Any] = deque()
        self.clock = ManualClock()
        self.wire = Wire()
        self.conductor: Any = None
        self._agents_side: Any = None
        self.reborn()
        self.hosts = {name: SimHost(self, name, **shape) for name, shape in (hosts or {}).items()}
        for host in self.hosts.values():
            host.register()

    def reborn(self) -> Conductor:
        """A new conductor process: it knows what the database knows."""
        self.jobs.clear()
        self.conductor = Conductor(
            conf(),
            self.database,
            self.wire,  # type: ignore[arg-type]
            cell_uuid=CELL,
            cell_name="east",
            name="conductor-1",
            clock=self.clock,
            network=self.network,
            volumes=self.volumes,
            keys=self.keys,
            put=self.jobs.append,
        )
        self.conductor.tending.load()
        self._agents_side = self.conductor._hosts()
        self.cell = self.conductor.endpoint()
        return self.conductor

    def agents_side(self) -> Any:
        return self._agents_side

    def deliver(self) -> None:
        """Let hosts and services work and report until nothing is on its way."""
        while self.wire.inbox or self.jobs:
            if self.jobs:
                self.jobs.popleft()()
                continue
            name, work = self.wire.inbox.popleft()
            if self.hosts[name].alive:
                self.hosts[name].take(work)
                self.hosts[name].hand_in()

    def pass_time(self, amount: float = 30.0) -> None:
        """The clock moves on, the living beat, and what is due is taken up."""
        while amount > 0:
            self.clock.advance(min(amount, 10.0))
            amount -= 10.0
            for host in self.hosts.values():
                if not self.wire.broken:
                    host.beat()
                    host.hand_in()
            self.conductor.facts.round()
            self.conductor.tending.round()
            self.conductor.desk.round()
        self.conductor.recovery.round()
        self.conductor.service_chores.round()

    def settle(self, rounds: int = 40) -> None:
        """Until no operation is open and no debt is owed by a living host."""
        self.deliver()
        for _ in range(rounds):
            if self.quiet():
                return
            self.pass_time()
            self.deliver()
        raise AssertionError(f"not quiet: {self.open_operations()}")

    def quiet(self) -> bool:
        living = {host.name for host in self.hosts.values() if host.alive}
        owing = {row["host"] for row in self.rows("debts")}
        unheard = any(host.pending for host in self.hosts.values() if host.alive)
        going = self.open_operations() or self.wire.inbox or self.jobs
        return not (going or owing & living or unheard or self.rows("service_chores"))

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows of a table."""
        wanted = metadata.tables[table].select()
        return self.database.read(
            lambda c: [dict(row) for row in c.execute(wanted).mappings().all()]
        )

    def open_operations(self) -> list[dict[str, Any]]:
        return [row for row in self.rows("operations") if row["open"]]

    def build(self, spec: RequestSpec | None = None, **changes: Any) -> Any:
        """Ask for a server; answers the reply."""
        return self.cell.build([spec or self.spec(**changes)])[0]

    def booted(self, **changes: Any) -> str:
        """A server that is active already."""
        reply = self.build(**changes)
        self.deliver()
        assert self.cell.show(reply.uuid).vm_state == "active"
        return str(reply.uuid)

    def spec(self, **changes: Any) -> RequestSpec:
        return spec_with(**{"created_at": self.clock(), **changes})


def spec_with(*, extra_specs: dict[str, str] | None = None, **changes: Any) -> RequestSpec:
    """A wish for a small server."""
    created_at = changes.get("created_at") or now()
    flavor = Flavor(flavorid="1", name="m1.tiny", vcpus=1, memory_mb=512, root_gb=1)
    values: dict[str, Any] = {
        "uuid": str(uuids.uuid4()),
        "project_id": "project",
        "user_id": "user",
        "request_id": f"req-{uuids.uuid4()}",
        "created_at": created_at,
        "deadline": created_at + seconds(600),
        "name": "web",
        "hostname": "web",
        "flavor": flavor.replace(extra_specs=extra_specs or {}),
        "image": ImageFacts(id=str(uuids.uuid4()), name="cirros"),
        "reservation_id": "r-12345678",
    }
    return RequestSpec(**{**values, **changes})


def group(policy: str, **more: Any) -> GroupPolicy:
    return GroupPolicy(uuid=str(uuids.uuid4()), name="group", policy=policy, **more)


class WorldCase(unittest.TestCase):
    """A test with a world of three hosts."""

    hosts: dict[str, dict[str, Any]] = {"h1": {}, "h2": {}, "h3": {}}

    def setUp(self) -> None:
        super().setUp()
        self.world = World(new_database(self), self.hosts)
