# SPDX-License-Identifier: Apache-2.0
"""Everything at once, by two conductors, on three databases: at the end nothing is left over.

Reports come twice, messages get lost, hosts register again, owners delete while others reboot. What
must hold at the end does not depend on who won.
"""

from __future__ import annotations

import random
import threading
import time
import uuid as uuids
from typing import Any

from nova_cells.cell import opts
from nova_cells.cell.conductor.conductor import Conductor
from nova_cells.cell.db import hosts
from nova_cells.cell.db.tables import claims, debts, group_members, instances, journal
from nova_cells.cell.scheduler import opts as scheduler_opts
from nova_cells.clients.network import opts as network_opts
from nova_cells.contracts import Refused
from nova_cells.runtime import config
from nova_cells.runtime.clock import now
from tests.stores.base import StoreCase, on_every_database
from tests.unit.cell.conductor.world import CELL, SimHost, Wire, group, spec_with

SERVERS = 12
THREADS = 6
DEEDS = 25
KINDS = ("stop", "start") * 4 + ("reboot",) * 3 + ("delete",)


def impatient() -> Any:
    """Leases short enough for a test to wait for."""
    conf = config.new_config({**opts.OPTIONS, **scheduler_opts.OPTIONS, **network_opts.OPTIONS})
    for name, value in (("work_lease", 0.4), ("retry_delay", 0.05)):
        conf.set_override(name, value, "conductor")
    return conf


class LossyHost(SimHost):
    """One thread at a time; some messages get lost, some steps fail, some reports come twice."""

    def __init__(self, *arguments: Any, **shape: Any) -> None:
        super().__init__(*arguments, **shape)
        self.lock = threading.Lock()
        self.chance = random.Random(self.name)
        self.calm = False

    def take(self, work: Any) -> None:
        with self.lock:
            if self.calm or self.chance.random() > 0.15:
                super().take(work)

    def _scripted(self, name: str) -> str:
        unlucky = not self.calm and self.chance.random() < 0.1
        return self.chance.choice(("failed", "refused")) if unlucky else "done"

    def hand_in(self) -> None:
        with self.lock:
            reports = list(self.pending.values())
        for report in reports * 2:
            if report.operation in self.world.agents_side().report([report]):
                with self.lock:
                    if self.pending.get(report.operation) is report:
                        del self.pending[report.operation]


class Storm:
    clock = staticmethod(now)

    def __init__(self, database: Any) -> None:
        self.database = database
        self.wire = Wire()
        conf = impatient()
        self.conductors = [
            Conductor(
                conf,
                database,
                self.wire,  # type: ignore[arg-type]
                cell_uuid=CELL,
                cell_name="east",
                name=f"conductor-{number}",
            )
            for number in range(2)
        ]
        self._sides = [conductor._hosts() for conductor in self.conductors]
        self.cells = [conductor.endpoint() for conductor in self.conductors]
        self.hosts = {f"h{n}": LossyHost(self, f"h{n}") for n in range(3)}
        for host in self.hosts.values():
            host.register()
        for conductor in self.conductors:
            conductor.tending.load()
        apart = group("anti-affinity", max_server_per_host=3)
        self.specs = [spec_with(group=apart if n % 2 else None) for n in range(SERVERS)]

    def agents_side(self) -> Any:
        return random.choice(self._sides)

    def rage(self, seed: int) -> None:
        """One thread's share."""
        chance = random.Random(seed)
        for _ in range(DEEDS):
            cell = chance.choice(self.cells)
            spec = chance.choice(self.specs)
            if chance.random() < 0.4:
                cell.build([spec])
            else:
                self._act(cell, spec.uuid, chance)
            self.deliver()
            if chance.random() < 0.1:
                chance.choice(list(self.hosts.values())).register()
            chance.choice(self.conductors).recovery.round()

    @staticmethod
    def _act(cell: Any, uuid: str, chance: random.Random) -> None:
        kind = chance.choice(KINDS)
        arguments = {"type": "HARD"} if kind == "reboot" else {}
        try:
            cell.act(uuid, 1, kind, str(uuids.uuid4()), arguments)
        except Refused:
            return

    def deliver(self) -> None:
        while True:
            try:
                name, work = self.wire.inbox.popleft()
            except IndexError:
                return
            self.hosts[name].take(work)
            self.hosts[name].hand_in()

    def calm_down(self) -> None:
        """Delete what there is and wait until all has ended."""
        for host in self.hosts.values():
            host.calm = True
        until = time.monotonic() + 20
        while time.monotonic() < until:
            living = [spec.uuid for spec in self.specs if self._lives(spec.uuid)]
            for uuid in living:
                self.cells[0].act(uuid, 1, "delete", str(uuids.uuid4()), {})
            self.deliver()
            for host in self.hosts.values():
                host.hand_in()
                host.beat()
            for conductor in self.conductors:
                conductor.tending.round()
                conductor.recovery.round()
            if not living and not self._open() and not self.rows(debts):
                return
            time.sleep(0.05)

    def _lives(self, uuid: str) -> bool:
        try:
            return self.cells[0].show(uuid).deleted_at is None
        except Refused:
            return False

    def _open(self) -> list[Any]:
        return [row for row in self.rows(journal.operations) if row.open]

    def rows(self, table: Any) -> list[Any]:
        return self.database.read(lambda c: c.execute(table.select()).all())


@on_every_database
class StormTest(StoreCase):
    tree = "cell"

    def test_nothing_is_left_over(self):
        storm = Storm(self.database)
        failures: list[BaseException] = []

        def rage(seed: int) -> None:
            try:
                storm.rage(seed)
            except Exception as failure:
                failures.append(failure)
                raise

        threads = [threading.Thread(target=rage, args=(seed,)) for seed in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([], failures)
        self.assertGreater(len(storm.rows(journal.operations)), SERVERS)
        storm.calm_down()
        self.assertEqual([], storm._open())
        self.assertEqual([], [row.uuid for row in storm.rows(instances) if not row.deleted_at])
        for table in (claims, group_members, debts):
            self.assertEqual([], storm.rows(table), table.name)
        self.assertEqual([{}] * 3, [host.machines for host in storm.hosts.values()])
        for row in self.database.read(hosts.every):
            used = (row.vcpus_used, row.memory_mb_used, row.disk_gb_used, row.running)
            self.assertEqual((0, 0, 0, 0), used)
