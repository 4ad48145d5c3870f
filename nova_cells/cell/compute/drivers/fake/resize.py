# SPDX-License-Identifier: Apache-2.0
"""Fake guests that get another size, here or on another fake host, which they reach by its door.

A copy goes through the door; what is here stays as it was.
"""

from __future__ import annotations

from dataclasses import asdict, replace

from nova_cells.cell.compute.drivers.fake.doors import door_named
from nova_cells.cell.compute.drivers.fake.machines import FakeMachines
from nova_cells.cell.compute.drivers.fake.store import FakeMachine
from nova_cells.cell.compute.drivers.interface import (
    DriverRefused,
    MachineUnknown,
    PowerState,
    Progress,
    Resizable,
)
from nova_cells.cell.compute.drivers.resizing import Ticket
from nova_cells.objects import Machine

OFF = int(PowerState.SHUTDOWN)


class FakeResize(FakeMachines, Resizable):
    """The capability of the fake driver."""

    def receive(self, machine: Machine, progress: Progress | None = None) -> Ticket:
        return self._await("receive", machine, progress)

    def send(self, uuid: str, ticket: Ticket, progress: Progress | None = None) -> None:
        with self._changing("send", uuid, progress) as machine:
            if machine.state != OFF:
                raise DriverRefused("The machine runs.", uuid)
            copy = replace(machine, incoming=False, left=None, kept=None)
            door = door_named(ticket["door"])
            if door is None or not door.leave(uuid, asdict(copy)):
                raise DriverRefused("The destination does not expect the machine.", uuid)

    def take_over(self, machine: Machine) -> None:
        with self._changing("take_over", machine.uuid) as known:
            if known.incoming:
                raise MachineUnknown("The disks of the machine were not sent.", machine.uuid)
            self._live_on(machine, known)
            _has_size_of(machine, known)

    def resize(self, machine: Machine, progress: Progress | None = None) -> None:
        with self._changing("resize", machine.uuid, progress) as known:
            if known.state != OFF:
                raise DriverRefused("The machine runs.", machine.uuid)
            if known.kept is None:
                known.kept = asdict(known)
            _has_size_of(machine, known)

    def unresize(self, machine: Machine) -> None:
        with self._changing("unresize", machine.uuid) as known:
            if known.kept is not None:
                for name, value in known.kept.items():
                    setattr(known, name, value)

    def keep_size(self, uuid: str) -> None:
        self.script.play("before", "keep_size", self.host, uuid, self._name_of(uuid))
        with self._lock:
            machine = self._own(uuid)
            if machine is not None:
                machine.kept = None
                self._keep(machine)
        self.script.play("after", "keep_size", self.host, uuid, self._name_of(uuid))


def _has_size_of(machine: Machine, known: FakeMachine) -> None:
    known.vcpus, known.memory_mb = machine.vcpus, machine.memory_mb
    known.power = OFF
