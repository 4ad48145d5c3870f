# SPDX-License-Identifier: Apache-2.0
"""Fake guests that go from host to host while they run.

The journey takes as long as the script says of the call `live_migrate`; who is told to hurry is
there at once. The guest is stopped here before it is left at the other host's door.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace

from nova_cells.cell.compute.drivers.fake.doors import door_named
from nova_cells.cell.compute.drivers.fake.machines import FakeMachines
from nova_cells.cell.compute.drivers.fake.store import FakeMachine
from nova_cells.cell.compute.drivers.interface import (
    DriverFailed,
    DriverRefused,
    LiveMigratable,
    MachineUnknown,
    PowerState,
    Progress,
)
from nova_cells.cell.compute.drivers.live_migration import Ticket, Transfer, Watch
from nova_cells.objects import Machine

AWAKE = (PowerState.RUNNING, PowerState.PAUSED)
MIB = 1 << 20


class FakeLiveMigration(FakeMachines, LiveMigratable):
    """The capability of the fake driver."""

    def prepare_incoming(self, machine: Machine, progress: Progress | None = None) -> Ticket:
        return self._await("prepare_incoming", machine, progress)

    def live_migrate(self, uuid: str, ticket: Ticket, watch: Watch) -> None:
        subject = (self.host, uuid, self._name_of(uuid))
        machine = self._travelling(uuid)
        if machine.left is None:
            total = machine.memory_mb * MIB
            on_the_way = _counting(total, watch)
            self.script.play("before", "live_migrate", *subject, on_the_way)
            watch(_transfer(total, 100))
            with self._lock:
                machine.left = ticket["door"]
                self._keep(machine)
        if not self._leave(machine):
            self._stay(machine)
            raise DriverRefused("The destination does not expect the machine any more.", uuid)
        self.script.play("after", "live_migrate", *subject)

    def end_live_migration(self, uuid: str) -> bool:
        self.script.play("before", "end_live_migration", self.host, uuid, self._name_of(uuid))
        with self._lock:
            machine = self._own(uuid)
        if machine is None or (machine.left and self._leave(machine)):
            return False
        self._stay(machine)
        return True

    def finish_incoming(self, machine: Machine) -> None:
        with self._changing("finish_incoming", machine.uuid) as known:
            if known.incoming:
                raise DriverFailed("The machine has not arrived yet.", machine.uuid)

    def refuse_incoming(self, uuid: str) -> bool:
        self.script.play("before", "refuse_incoming", self.host, uuid, self._name_of(uuid))
        with self._lock:
            machine = self._own(uuid)
            if machine is None:
                return False
            if machine.incoming and self._door.refuse(uuid):
                self._drop(uuid)
                return False
            return True

    def forget_departed(self, uuid: str) -> None:
        self.script.play("before", "forget_departed", self.host, uuid, self._name_of(uuid))
        with self._lock:
            if self._own(uuid) is not None:
                self._drop(uuid)

    def _travelling(self, uuid: str) -> FakeMachine:
        with self._lock:
            machine = self._own(uuid)
        if machine is None:
            raise MachineUnknown("The machine is not on its host.", uuid)
        if machine.left is None and (machine.incoming or machine.power not in AWAKE):
            raise DriverRefused("The machine does not run.", uuid)
        return machine

    @staticmethod
    def _leave(machine: FakeMachine) -> bool:
        door = door_named(machine.left or "")
        there = asdict(replace(machine, left=None, incoming=False))
        return door is not None and door.leave(machine.uuid, there)

    def _stay(self, machine: FakeMachine) -> None:
        with self._lock:
            machine.left = None
            self._keep(machine)


def _counting(total: int, watch: Watch) -> Callable[[int], bool]:
    return lambda percent: watch(_transfer(total, percent))


def _transfer(total: int, percent: int) -> Transfer:
    done = total * min(percent, 100) // 100
    return Transfer(memory_total=total, memory_processed=done, memory_remaining=total - done)
